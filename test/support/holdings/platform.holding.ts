import { randomUUID } from 'node:crypto';
import { createRawClient } from '../http/http.js';
import { makeSite, type Actor } from '../people/actors.js';
import type { TestSystem } from '../system/system.js';
import { eventually } from '../timing/eventually.js';
import type { DomainHolding } from './domain-holding.js';

export interface PlatformHeld {
  event_id: string;
  webhook_id: string;
  /** Of the same webhook. */
  delivery_id: string;
  dead_letter_id: string;
  decision_id: string;
  export_id: string;
  /** The platform's, and so no account's. */
  schedule_id: string;
}

/** A webhook with a delivery, a dead letter with a decision, and an export. */
export const holding: DomainHolding<PlatformHeld> = {
  nothing: () => ({
    event_id: randomUUID(),
    webhook_id: randomUUID(),
    delivery_id: randomUUID(),
    dead_letter_id: randomUUID(),
    decision_id: randomUUID(),
    export_id: randomUUID(),
    schedule_id: 'no-such-schedule',
  }),
  make: async ({ system, owner }) => {
    const webhook = await makeWebhook(system, owner);
    const { items } = await owner.api.get<{ items: { event_id: string }[] }>(
      `/v1/accounts/${owner.accountId}/events?limit=1`,
    );
    const eventId = items[0]?.event_id ?? '';
    return {
      ...webhook,
      event_id: eventId,
      dead_letter_id: await makeDeadLetter(system, eventId),
      decision_id: await requestDecision(owner),
      export_id: await requestExport(owner),
      schedule_id: 'purge-mailbox',
    };
  },
};

/**
 * A past consumer's undelivered event: the letter holds a separate lane, and nobody else waits for
 * the lane.
 */
export async function makeDeadLetter(
  { admin }: Pick<TestSystem, 'admin'>,
  eventId: string,
): Promise<string> {
  const { rows } = await admin.query<{ delivery_id: string }>(
    `with lane as (
       insert into platform.lanes (consumer_id, subject_type, subject_id, due_at)
       select 'internal/gone', e.subject_type, e.subject_id, 'infinity' from platform.events e where e.event_id = $1
       returning lane_id)
     insert into platform.deliveries (account_id, consumer_id, lane_id, event_id, event_type, subject_seq, state, attempts, dead_at)
     select e.account_id, 'internal/gone', l.lane_id, e.event_id, e.event_type, e.subject_seq, 'DEAD', 10, now()
     from platform.events e, lane l where e.event_id = $1 returning delivery_id`,
    [eventId],
  );
  return rows[0]?.delivery_id ?? '';
}

export async function requestExport({ api, accountId }: Actor): Promise<string> {
  const { export_id: id } = await api.post<{ export_id: string }>(
    `/v1/accounts/${accountId}/audit/exports`,
  );
  return id;
}

/** On the dead letters of a consumer without letters. */
export async function requestDecision(
  { api, accountId }: Actor,
  path = `/v1/accounts/${accountId}/dead-letters`,
): Promise<string> {
  const filter = { consumer_id: 'internal/nobody' };
  const { decision_id: id } = await api.post<{ decision_id: string }>(`${path}/skip`, filter);
  return id;
}

/**
 * A webhook with an endpoint that nobody serves, and a delivery under way; switched off then, or
 * tries would go on.
 */
async function makeWebhook(
  { url }: TestSystem,
  owner: Actor,
): Promise<Pick<PlatformHeld, 'webhook_id' | 'delivery_id'>> {
  const { api, accountId, token } = owner;
  const path = `/v1/accounts/${accountId}/webhooks`;
  const body = { url: 'https://hooks.example.com/nobody', event_types: ['*'] };
  const { webhook_id: webhookId } = await api.post<{ webhook_id: string }>(path, body);
  // An event after the webhook.
  await makeSite(owner);
  const deliveryId = await eventually(async () => {
    const { items } = await api.get<{ items: { delivery_id: string }[] }>(
      `${path}/${webhookId}/deliveries`,
    );
    if (!items[0]) throw new Error('no delivery yet');
    return items[0].delivery_id;
  });
  const off = { token, body: { status: 'DISABLED' }, headers: { 'if-match': '"1"' } };
  await createRawClient(url)('patch', `${path}/${webhookId}`, off);
  return { webhook_id: webhookId, delivery_id: deliveryId };
}
