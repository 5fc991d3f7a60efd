/** Tells of: event-schema.routes. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { eventCatalogue } from '../../../workers/domains.js';
import { emitEvents } from '../../../db/shared/outbox.js';
import type { EventEnvelope } from '../../../workflows/platform/event.contract.js';
import type { Actor } from '../../support/people/actors.js';
import { eventually } from '../../support/timing/eventually.js';
import { happened } from '../../support/timing/happened.js';
import { makeDeadLetter } from '../../support/holdings/platform.holding.js';
import { startTestSystem, type TestSystem } from '../../support/system/system.js';

let system: TestSystem;
let owner: Actor;
let other: Actor;
const listening: AbortController[] = [];

beforeAll(async () => {
  system = await startTestSystem();
  [owner, other] = [await system.signUp('owner'), await system.signUp('other')];
});
afterEach(() => listening.splice(0).forEach((each) => each.abort()));
afterAll(() => system.stop());

const aThing = (n: number, more: { subjectId?: string; counterpartAccountId?: string } = {}) =>
  happened.of({ accountId: owner.accountId, subjectId: 'stream', payload: { n }, ...more });
const emit = (...numbers: number[]) =>
  system.database.transaction({ accountId: owner.accountId }, (scope) =>
    emitEvents(
      scope,
      numbers.map((n) => aThing(n)),
    ),
  );
const eventsOf = (actor: Actor) => `/v1/accounts/${actor.accountId}/events`;

interface Stream {
  status: number;
  received: EventEnvelope[];
  ids: string[];
  isOver: () => boolean;
  headers: Headers;
}

/**
 * A stream begins behind the last dispatched event, and the last emitted event may not be
 * dispatched yet.
 */
const allDispatched = () =>
  eventually(async () => {
    const { rows } = await system.admin.query(
      'select 1 from platform.events where dispatched_at is null',
    );
    expect(rows).toEqual([]);
  });

/** A client of server-sent events, as small as the format allows. */
async function listen(actor: Actor, lastEventId?: string, token = actor.token): Promise<Stream> {
  const stop = new AbortController();
  listening.push(stop);
  const response = await fetch(`${system.url}${eventsOf(actor)}/stream`, {
    headers: {
      Authorization: `Bearer ${token}`,
      ...(lastEventId ? { 'Last-Event-ID': lastEventId } : {}),
    },
    signal: stop.signal,
  });
  const received: EventEnvelope[] = [];
  const ids: string[] = [];
  let isOver = false;
  const read = async (): Promise<void> => {
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk as Uint8Array).toString();
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const frame = text.slice(0, end);
        text = text.slice(end + 2);
        const data = /^data: (.*)$/m.exec(frame)?.[1];
        if (data === undefined) continue;
        received.push(JSON.parse(data) as EventEnvelope);
        ids.push(/^id: (.*)$/m.exec(frame)?.[1] ?? '');
      }
    }
  };
  void read()
    .catch(() => undefined)
    .finally(() => (isOver = true));
  return {
    status: response.status,
    received,
    ids,
    isOver: () => isOver,
    headers: response.headers,
  };
}
const numbersOf = ({ received }: Stream) => received.map(({ data }) => data['n']);

describe('the events of an account', () => {
  it('are listed newest first, page by page, and filtered; each can be read', async () => {
    const ids = await emit(1, 2, 3);
    const first = await owner.api.get<{ items: EventEnvelope[]; next_cursor: string }>(
      `${eventsOf(owner)}?event_type=TEST_HAPPENED&limit=2`,
    );
    expect(first.items.map(({ data }) => data)).toEqual([{ n: 3 }, { n: 2 }]);
    const second = await owner.api.get<{ items: EventEnvelope[]; next_cursor: null }>(
      `${eventsOf(owner)}?event_type=TEST_HAPPENED&limit=2&cursor=${first.next_cursor}`,
    );
    expect(second).toMatchObject({ items: [{ data: { n: 1 } }], next_cursor: null });
    const one = await owner.api.get<EventEnvelope>(`${eventsOf(owner)}/${ids[0]}`);
    expect(one).toEqual(second.items[0]);
    const none = await owner.api.get<{ items: unknown[] }>(
      `${eventsOf(owner)}?subject_type=test&subject_id=none`,
    );
    expect(none.items).toEqual([]);
  });

  it('are seen by their counterpart too, and by nobody else', async () => {
    const parties = { accountId: owner.accountId, counterpartAccountId: other.accountId };
    const [eventId] = await system.database.transaction(parties, (scope) =>
      emitEvents(scope, [
        aThing(1, { subjectId: 'shared', counterpartAccountId: other.accountId }),
      ]),
    );
    const [ofOwner] = await emit(9);
    expect(await other.api.get(`${eventsOf(other)}/${eventId}`)).toMatchObject({
      subject_id: 'shared',
    });
    await expect(other.api.get(`${eventsOf(other)}/${ofOwner}`)).rejects.toThrow(/refused \(404\)/);
    await expect(other.api.get(eventsOf(owner))).rejects.toThrow(/refused \(403\)/);
  });
});

describe('the stream of events', () => {
  beforeEach(allDispatched);

  it('tells what happens from now on, and behind the last event leaves none out', async () => {
    const live = await listen(owner);
    expect(live.status).toBe(200);
    expect(live.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(live.headers.get('content-encoding')).toBeNull();
    await emit(10, 11, 12);
    await eventually(() => expect(numbersOf(live)).toEqual([10, 11, 12]));
    expect(live.ids).toEqual(live.received.map(({ event_id: id }) => id));
    const again = await listen(owner, live.ids[0]);
    await eventually(() => expect(numbersOf(again)).toEqual([11, 12]));
  });

  it('misses nothing of a slow transaction that a faster one overtook, also after coming back', async () => {
    const live = await listen(owner);
    let last: string | undefined;
    await system.database.transaction({ accountId: owner.accountId }, async (slow) => {
      // Draws id and position first, commits last.
      await emitEvents(slow, [aThing(20, { subjectId: 'slow' })]);
      await emit(21);
      await eventually(() => expect(numbersOf(live)).toEqual([21]));
      last = live.ids[0];
    });
    const back = await listen(owner, last);
    await eventually(() => {
      expect(numbersOf(live)).toEqual([21, 20]);
      expect(numbersOf(back)).toEqual([20]);
    });
  });

  it('is refused behind an event that the account does not have', async () => {
    for (const id of [randomUUID(), 'garbage']) expect((await listen(owner, id)).status).toBe(422);
  });

  it('ends when the session does', async () => {
    const actor = await system.signUp('leaver');
    const live = await listen(actor);
    expect(live.status).toBe(200);
    await system.admin.query(
      `update identity.user_sessions set revoked_at = now(), revoke_reason = 'LOGGED_OUT'
       where principal_id in (select principal_id from identity.access_grants where account_id = $1)`,
      [actor.accountId],
    );
    await eventually(() => expect(live.isOver()).toBe(true));
    expect((await listen(actor)).status).toBe(401);
  });
});

describe('dead letters', () => {
  it('are listed and decided on by the account’s owner', async () => {
    const [eventId] = await emit(30);
    const id = await makeDeadLetter(system, String(eventId));
    const path = `/v1/accounts/${owner.accountId}/dead-letters`;
    const { items } = await owner.api.get<{ items: unknown[] }>(path);
    expect(items).toEqual([
      expect.objectContaining({ dead_letter_id: id, event_id: eventId, subject_id: 'stream' }),
    ]);
    await expect(
      other.api.post(`/v1/accounts/${other.accountId}/dead-letters/${id}/skip`, {}),
    ).rejects.toThrow(/refused \(404\)/);
    expect(await owner.api.post(`${path}/${id}/skip`, {})).toEqual({
      dead_letter_id: id,
      decision: 'skip',
    });
    await expect(owner.api.post(`${path}/${id}/redrive`, {})).rejects.toThrow(/refused \(404\)/);
    const { rows } = await system.admin.query(
      "select due_at::text from platform.lanes where consumer_id = 'internal/gone'",
    );
    expect(rows).not.toEqual([{ due_at: 'infinity' }]);
  });

  it('are delivered again, once decided on', async () => {
    await system.admin.query(
      "insert into platform.consumers (consumer_id, kind, event_types) values ('internal/gone', 'internal', '{}')",
    );
    const [eventId] = await system.database.transaction({ accountId: owner.accountId }, (scope) =>
      emitEvents(scope, [aThing(31, { subjectId: 'redriven' })]),
    );
    const id = await makeDeadLetter(system, String(eventId));
    const path = `/v1/accounts/${owner.accountId}/dead-letters`;
    expect(await owner.api.post(`${path}/${id}/redrive`, {})).toEqual({
      dead_letter_id: id,
      decision: 'redrive',
    });
    await eventually(async () => {
      const { rows } = await system.admin.query(
        'select state from platform.deliveries where delivery_id = $1',
        [id],
      );
      expect(rows).toEqual([{ state: 'SENT' }]);
    });
    expect(await owner.api.get(path)).toMatchObject({ items: [] });
  });
});

describe('what anyone may read about events', () => {
  it('is the schema of every type and version, all or one type’s', async () => {
    const all = await fetch(`${system.url}/v1/events/schemas`);
    expect(all.status).toBe(200);
    const { items } = (await all.json()) as { items: { event_type: string; schema: unknown }[] };
    expect(items).toHaveLength(eventCatalogue.length);
    const one = await fetch(`${system.url}/v1/events/schemas/DELIVERY_DIED`);
    expect(await one.json()).toEqual({
      items: items.filter((item) => item.event_type === 'DELIVERY_DIED'),
    });
    expect((await fetch(`${system.url}/v1/events/schemas/NOBODY_KNOWS`)).status).toBe(404);
  });

  it('is the AsyncAPI document', async () => {
    const response = await fetch(`${system.url}/asyncapi.json`);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.json()).toMatchObject({ asyncapi: '3.0.0' });
  });
});

it('ends its streams when the server drains', async () => {
  const draining = await startTestSystem();
  const actor = await draining.signUp('drained');
  const response = await fetch(`${draining.url}${eventsOf(actor)}/stream`, {
    headers: { Authorization: `Bearer ${actor.token}` },
  });
  const ended = response.text();
  await draining.stop();
  await expect(ended).resolves.toContain('retry:');
});
