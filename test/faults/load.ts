import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Acknowledged } from '../../workers/invariants/acknowledged.js';
import { createClient, type ApiClient } from '../support/http/api-client.js';
import { createRawClient } from '../support/http/http.js';
import {
  attachNewDevice,
  becomeAdmin,
  makeReservoir,
  makeSite,
  signIn,
  signUp,
  type Actor,
} from '../support/people/actors.js';
import { eventually } from '../support/timing/eventually.js';
import { makeShop } from '../support/holdings/water.holding.js';
import { createAuditors } from './auditors.js';
import type { Cluster } from './cluster.js';
import { createFleet } from './fleet.js';
import { createNewcomers } from './newcomers.js';
import { createShoppers } from './shoppers.js';

/** Work that goes on while processes die, and the answers to the people at work. */
export interface Load {
  /** Everybody goes on until `end` is called, through every death. */
  begin(): void;
  /** Begins nothing new, and brings unfinished work to the end. */
  end(): Promise<void>;
  acknowledged: Acknowledged;
  /** Answers that are neither success nor an outage. */
  oddAnswers: readonly string[];
}

const deviceCount = 3;
const shopperCount = 3;
const pauseMs = 200;
/** A token is good for a quarter of an hour, and a long walk takes longer. */
const renewedAfterMs = 5 * 60_000;

export async function createLoad({
  url,
  mqttUrl,
  bootstrapSecret,
  provider,
}: Cluster): Promise<Load> {
  const api = createClient(url);
  const boss = await becomeAdmin(api, bootstrapSecret);
  const [buyer, seller] = [await signUp(api, 'buyer'), await signUp(api, 'seller')];
  const shoppers = createShoppers(shopperCount, await makeShop(seller));
  const siteId = await makeSite(buyer);
  const devices = [];
  for (let made = 0; made < deviceCount; made += 1)
    devices.push(await attachNewDevice(boss, buyer, await makeReservoir(buyer, siteId)));
  const fleet = createFleet(devices);
  const [newcomers, auditors] = [createNewcomers(), createAuditors()];
  let isOver = false;
  let going: Promise<unknown> = Promise.resolve();

  /** A caller without an answer tries again a little later. */
  async function again(work: () => Promise<void>): Promise<void> {
    while (!isOver) {
      await work();
      await sleep(pauseMs);
    }
  }
  const parties = { buyer, seller };

  return {
    begin() {
      isOver = false;
      going = Promise.all([
        keepSignedIn(api, [buyer, seller, boss], () => isOver),
        again(() => rotateKeys(api.as(boss.token))),
        again(() => fleet.publish(mqttUrl, () => isOver)),
        again(() => shoppers.shop(url, parties, () => isOver)),
        newcomers.register(url, () => isOver),
        newcomers.arrive(url, provider, () => isOver),
        auditors.audit(url, [buyer, seller], () => isOver),
        again(() => inviteGuest(url, seller)),
        again(() => changePicture(url, buyer)),
      ]);
    },
    async end() {
      isOver = true;
      await going;
      // The API may not have noticed the loss of the database yet.
      await Promise.all([buyer, seller].map((actor) => renew(api, actor)));
      await Promise.all([fleet.finish(mqttUrl), shoppers.finish(url, parties)]);
    },
    acknowledged: {
      orders: shoppers.promised,
      messages: fleet.acknowledged,
      emails: newcomers.emails,
      exports: auditors.exports,
    },
    get oddAnswers() {
      return [...shoppers.oddAnswers, ...newcomers.doubled.map((sub) => `${sub} is two users`)];
    },
  };
}

const renew = async (api: ApiClient, actor: Actor): Promise<void> =>
  void Object.assign(actor, await eventually(() => signIn(api, actor.email)));

async function keepSignedIn(
  api: ApiClient,
  actors: readonly Actor[],
  isOver: () => boolean,
): Promise<void> {
  let renewedAt = -Infinity;
  for (; !isOver(); await sleep(pauseMs)) {
    if (performance.now() - renewedAt < renewedAfterMs) continue;
    // Nobody can sign in while the dying part is the API or the database; the tokens at hand are
    // good until later.
    const hasRenewed = await Promise.all(actors.map((actor) => renew(api, actor))).then(
      () => true,
      () => false,
    );
    if (hasRenewed) renewedAt = performance.now();
  }
}

/** Invites somebody new, and takes the invite back; without an answer, the next call goes on. */
async function inviteGuest(url: string, { accountId, token }: Actor): Promise<void> {
  const call = createRawClient(url);
  const account = `/v1/accounts/${accountId}`;
  const body = { email: `guest-${randomUUID()}@example.com` };
  const invited = await call('post', `${account}/members/invite`, { token, body }).catch(
    () => undefined,
  );
  if (invited?.status !== 201) return;
  const { invite_token_id: inviteId } = invited.body as { invite_token_id: string };
  await call('post', `${account}/invites/${inviteId}/revoke`, { token }).catch(() => undefined);
}

const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** An upload without an answer is begun anew. */
async function changePicture(url: string, { token }: Actor): Promise<void> {
  const body = { content_type: 'image/png', size_bytes: pixel.length };
  const call = createRawClient(url);
  const upload = await call('post', '/v1/me/profile/avatar-upload', { token, body }).catch(
    () => undefined,
  );
  if (upload?.status !== 200) return;
  const { upload_url: address } = upload.body as { upload_url: string };
  await fetch(new URL(new URL(address).pathname, url), {
    method: 'PUT',
    headers: { 'content-type': 'image/png' },
    body: pixel,
  }).catch(() => undefined);
}

/** A rotation under way is not run a second time; without an answer, the next call asks again. */
const rotateKeys = (admin: ApiClient): Promise<void> =>
  admin.post('/v1/internal/schedules/rotate-signing-keys/run').then(
    () => undefined,
    () => undefined,
  );
