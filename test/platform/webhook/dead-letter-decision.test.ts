/**
 * Tells of: dead-letter-decision.routes, dead-letter-decision.records, dead-letter-decision.rules.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { platformAccountId } from '../../../db/connection/database.js';
import { emitEvents } from '../../../db/shared/outbox.js';
import { deadLetterDecisionWorkflowId } from '../../../workflows/platform/dead-letter-decision.contract.js';
import type { Actor } from '../../support/people/actors.js';
import { eventually } from '../../support/timing/eventually.js';
import { happened } from '../../support/timing/happened.js';
import { makeDeadLetter } from '../../support/holdings/platform.holding.js';
import {
  codeOf,
  createRawClient,
  type RawAnswer,
  type RawClient,
} from '../../support/http/http.js';
import { startPart, type PartProcess } from '../../support/system/part-process.js';
import { startReceiver, type Receiver } from '../../support/servers/receiver.js';
import { startTestSystem, type TestSystem } from '../../support/system/system.js';

// Two workers die, and each is missed for ten seconds.
const patience = 180_000;
const subjects = Array.from({ length: 40 }, (_, n) => `subject-${n}`);
/** The last event waits behind three dead events, two of them released. */
const inEach = [1, 2, 3, 4];
const deadLetters = 240;

let system: TestSystem;
let receiver: Receiver;
let call: RawClient;
let owner: Actor;
let other: Actor;
let admin: Actor;

beforeAll(async () => {
  [system, receiver] = await Promise.all([
    startTestSystem({ WEBHOOK_ALLOW_PRIVATE: 'true' }),
    startReceiver(),
  ]);
  call = createRawClient(system.url);
  [owner, other, admin] = [
    await system.signUp('owner'),
    await system.signUp('other'),
    await system.platformAdmin(),
  ];
});
afterAll(async () => {
  for (const decider of deciders) await decider.kill();
  await system.stop();
  await receiver.stop();
});

const lettersOf = ({ accountId }: Actor): string => `/v1/accounts/${accountId}/dead-letters`;
const ofNobody = '/v1/internal/dead-letters';
const ask = (actor: Actor, path: string, body?: object, headers: Record<string, string> = {}) =>
  call('post', path, { token: actor.token, body, headers });
const locationOf = ({ headers }: RawAnswer): string => headers.get('location') ?? '';
const listOf = async (actor: Actor, path: string): Promise<unknown[]> =>
  (await actor.api.get<{ items: unknown[] }>(path)).items;

/** In an account, or in none. */
async function emit(
  accountId: string | null,
  subjectIds: readonly string[],
  numbers: readonly number[],
) {
  const events = subjectIds.flatMap((subjectId) =>
    numbers.map((n) => happened.of({ accountId, subjectId, payload: { n } })),
  );
  return accountId === null
    ? system.database.transaction({ accountId: platformAccountId }, (scope) =>
        emitEvents(scope, events),
      )
    : system.database.transaction({ accountId }, (scope) => emitEvents(scope, events));
}

/** Two webhooks with waiting events; the first three in each lane are dead. */
async function buryMany(): Promise<void> {
  const { port } = receiver;
  for (const path of ['a', 'b'])
    await owner.api.post(`/v1/accounts/${owner.accountId}/webhooks`, {
      url: `http://127.0.0.1:${port}/${path}`,
      event_types: ['*'],
    });
  const pauseUntil = (time: string) =>
    system.admin.query('update platform.consumers set paused_until = $2 where account_id = $1', [
      owner.accountId,
      time,
    ]);
  await pauseUntil('infinity');
  await emit(owner.accountId, subjects, inEach);
  await eventually(async () => {
    const { rows } = await system.admin.query<{ count: number }>(
      "select count(*)::int as count from platform.deliveries where account_id = $1 and event_type = 'TEST_HAPPENED'",
      [owner.accountId],
    );
    expect(rows).toEqual([{ count: 2 * subjects.length * inEach.length }]);
  });
  await system.admin.query(
    `with dead as (
       update platform.deliveries d set state = 'DEAD', attempts = 10, dead_at = now(),
         released_at = case when d.subject_seq < 3 then now() end
       where d.account_id = $1 and d.event_type = 'TEST_HAPPENED' and d.subject_seq <= 3 returning d.lane_id)
     update platform.lanes l set due_at = 'infinity' where l.lane_id in (select dead.lane_id from dead)`,
    [owner.accountId],
  );
  await pauseUntil('now');
}

/** The deliveries of each lane, in order of arrival. */
function brought(): Map<string, number[]> {
  const lanes = new Map<string, number[]>();
  for (const { path, body } of receiver.received) {
    const { data } = JSON.parse(body) as {
      data: { event_type: string; subject_id: string; data: { n: number } };
    };
    if (data.event_type !== happened.type) continue;
    const lane = `${path}/${data.subject_id}`;
    lanes.set(lane, [...(lanes.get(lane) ?? []), data.data.n]);
  }
  return lanes;
}

const setSize = 30;
const deciders: PartProcess[] = [];
/** The worker of decisions as a separate process; dying at a crash point, where named. */
function startDecider(crashAt?: string): PartProcess {
  const decider = startPart(system, 'decisions', {
    SET_SIZE: String(setSize),
    ...(crashAt && { CRASH_AT: crashAt }),
  });
  deciders.push(decider);
  return decider;
}
const isDone = (actor: Actor, location: string, progress: object) =>
  eventually(async () => {
    expect(await actor.api.get(location)).toMatchObject({
      status: 'DONE',
      finished_at: expect.any(String),
      progress: { ...progress, unit: 'dead letters' },
    });
  }, 60_000);

describe('a decision on all dead letters', () => {
  it(
    'is asked for once however often it is asked, and delivers each of them again, once and in order',
    async () => {
      await buryMany();
      const [othersEvent] = await emit(other.accountId, ['others'], [1]);
      await makeDeadLetter(system, String(othersEvent));

      const first = await ask(owner, `${lettersOf(owner)}/redrive`, undefined, {
        'Idempotency-Key': 'once',
      });
      expect(first.status).toBe(202);
      const { decision_id: decisionId } = first.body as { decision_id: string };
      expect(locationOf(first)).toBe(`${lettersOf(owner)}/decisions/${decisionId}`);
      for (const headers of [undefined, { 'Idempotency-Key': 'once' }])
        expect((await ask(owner, `${lettersOf(owner)}/redrive`, {}, headers)).body).toEqual(
          first.body,
        );
      expect(await owner.api.get(locationOf(first))).toEqual({
        decision_id: decisionId,
        decision: 'redrive',
        consumer_id: null,
        event_type: null,
        status: 'RUNNING',
        requested_at: expect.any(String),
        finished_at: null,
        progress: { done: 0, total: null, unit: 'dead letters' },
      });

      // After the commit of the second set, and then before the commit of the set after the next.
      const decided = async (): Promise<number> =>
        (await owner.api.get<{ progress: { done: number } }>(locationOf(first))).progress.done;
      expect(await startDecider('transaction.after-commit:2').death).toBe('SIGKILL');
      expect(await decided()).toBe(2 * setSize);
      expect(await startDecider('transaction.before-commit:2').death).toBe('SIGKILL');
      expect(await decided()).toBe(3 * setSize);
      startDecider();
      await isDone(owner, locationOf(first), { done: deadLetters, total: deadLetters });
      await eventually(() => expect(brought().size).toBe(2 * subjects.length), 60_000);
      await eventually(
        () => expect([...brought().values()].filter((ns) => ns.length < inEach.length)).toEqual([]),
        60_000,
      );
      expect([...brought().values()].filter((ns) => ns.join() !== inEach.join())).toEqual([]);
      expect(await listOf(owner, lettersOf(owner))).toEqual([]);
      expect(await listOf(other, lettersOf(other))).toHaveLength(1);

      const handle = system.temporal.client.workflow.getHandle(
        deadLetterDecisionWorkflowId(decisionId),
      );
      // The row is done before the workflow.
      await handle.result();
      const { searchAttributes, historyLength } = await handle.describe();
      expect(searchAttributes).toMatchObject({
        Domain: ['platform'],
        AccountId: [owner.accountId],
      });
      // Two turns of five sets at least, rather than one turn without an end.
      expect(historyLength).toBeGreaterThan(14);
    },
    patience,
  );

  it('is on the part that is named, and leaves the rest', async () => {
    const [stays, goes] = await emit(owner.accountId, ['stays', 'goes'], [1]);
    await makeDeadLetter(system, String(stays));
    const id = await makeDeadLetter(system, String(goes));
    await system.admin.query(
      "update platform.deliveries set consumer_id = 'internal/left' where delivery_id = $1",
      [id],
    );
    const asked = await ask(owner, `${lettersOf(owner)}/skip`, {
      consumer_id: 'internal/left',
      event_type: happened.type,
    });
    await isDone(owner, locationOf(asked), { done: 1, total: 1 });
    expect(await listOf(owner, lettersOf(owner))).toEqual([
      expect.objectContaining({ subject_id: 'stays' }),
    ]);
    const rest = await ask(owner, `${lettersOf(owner)}/release`);
    await isDone(owner, locationOf(rest), { done: 1, total: 1 });
    expect(await listOf(owner, lettersOf(owner))).toEqual([
      expect.objectContaining({ subject_id: 'stays', released_at: expect.any(String) }),
    ]);
  });

  it('is the platform admin’s on those of no account', async () => {
    const [event] = await emit(null, ['nobodys'], [1]);
    await makeDeadLetter(system, String(event));
    expect(codeOf(await ask(owner, `${ofNobody}/skip`))).toBe('403 FORBIDDEN');
    const asked = await ask(admin, `${ofNobody}/skip`);
    expect(asked.status).toBe(202);
    await isDone(admin, locationOf(asked), { done: 1, total: 1 });
    expect(await listOf(admin, ofNobody)).toEqual([]);
    expect(await listOf(other, lettersOf(other))).toHaveLength(1);
  });

  it('is refused while another is on its way, and is shown to no other account', async () => {
    const path = lettersOf(other);
    await system.admin.query(
      "update platform.consumers set paused_until = 'infinity' where consumer_id = 'internal/dead-letter-decisions'",
    );
    const running = await ask(other, `${path}/redrive`, { consumer_id: 'internal/gone' });
    expect(running.status).toBe(202);
    const { decision_id: decisionId } = running.body as { decision_id: string };
    const requests: [string, object][] = [
      ['skip', { consumer_id: 'internal/gone' }],
      ['redrive', {}],
      ['redrive', { consumer_id: 'internal/gone', event_type: happened.type }],
    ];
    for (const [decision, filter] of requests) {
      const refused = await ask(other, `${path}/${decision}`, filter);
      expect(codeOf(refused)).toBe('409 DEAD_LETTER_DECISION_RUNNING');
      expect(refused.body).toMatchObject({
        details: {
          conflict: {
            conflict_type: 'DEAD_LETTER_DECISION_RUNNING',
            resource: `dead-letter-decision/${decisionId}`,
            current: { decision: 'redrive', consumer_id: 'internal/gone', event_type: null },
            requested: { consumer_id: null, event_type: null, ...filter, decision },
            retryable: true,
          },
        },
      });
    }
    // Another account's letters are untouched.
    expect((await ask(owner, `${lettersOf(owner)}/skip`)).status).toBe(202);
    for (const [actor, its] of [
      [owner, lettersOf(owner)],
      [admin, ofNobody],
    ] as const)
      expect(
        codeOf(await call('get', `${its}/decisions/${decisionId}`, { token: actor.token })),
      ).toBe('404 RESOURCE_NOT_FOUND');
  });
});
