import { setTimeout as sleep } from 'node:timers/promises';
import type { Acknowledged } from '../../workers/invariants/acknowledged.js';
import { createClient } from '../support/api-client.js';
import {
  attachNewDevice,
  becomeAdmin,
  makeReservoir,
  makeSite,
  signIn,
  signUp,
  type Actor,
} from '../support/actors.js';
import { eventually } from '../support/eventually.js';
import { makeShop } from '../support/holdings.js';
import { createAuditors } from './auditors.js';
import type { Cluster } from './cluster.js';
import { createFleet } from './fleet.js';
import { createNewcomers } from './newcomers.js';
import { createShoppers } from './shoppers.js';

/** What goes on while processes die, and what those who did it were told. */
export interface Load {
  /** Everybody goes on until `end` is called, whatever dies meanwhile. */
  begin(): void;
  /** Nothing new is begun; what is unfinished is brought to its end. */
  end(): Promise<void>;
  acknowledged: Acknowledged;
  /** Answers that neither did it nor said that the system was away. */
  oddAnswers: readonly string[];
}

const deviceCount = 3;
const shopperCount = 3;
const pauseMs = 200;
/** A token is good for a quarter of an hour, and a long walk takes longer. */
const renewedAfterMs = 5 * 60_000;

export async function createLoad({ url, mqttUrl, bootstrapSecret }: Cluster): Promise<Load> {
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

  /** Whoever got no answer tries again a little later. */
  async function again(work: () => Promise<void>): Promise<void> {
    while (!isOver) {
      await work();
      await sleep(pauseMs);
    }
  }
  const parties = { buyer, seller };
  const renew = async (actor: Actor) => void Object.assign(actor, await eventually(() => signIn(api, actor.email)));

  async function keepSignedIn(): Promise<void> {
    let renewedAt = -Infinity;
    for (; !isOver; await sleep(pauseMs)) {
      if (performance.now() - renewedAt < renewedAfterMs) continue;
      // Nobody can sign in while the part that dies is the API or the database; the tokens at hand are good until later.
      const hasRenewed = await Promise.all([buyer, seller].map(renew)).then(
        () => true,
        () => false,
      );
      if (hasRenewed) renewedAt = performance.now();
    }
  }

  return {
    begin() {
      isOver = false;
      going = Promise.all([
        keepSignedIn(),
        again(() => fleet.publish(mqttUrl, () => isOver)),
        again(() => shoppers.shop(url, parties, () => isOver)),
        newcomers.register(url, () => isOver),
        auditors.audit(url, [buyer, seller], () => isOver),
      ]);
    },
    async end() {
      isOver = true;
      await going;
      // Who lost the database may not have noticed yet.
      await renew(buyer);
      await renew(seller);
      await Promise.all([fleet.finish(mqttUrl), shoppers.finish(url, parties)]);
    },
    acknowledged: {
      ...{ orders: shoppers.promised, messages: fleet.acknowledged, emails: newcomers.emails },
      exports: auditors.exports,
    },
    oddAnswers: shoppers.oddAnswers,
  };
}
