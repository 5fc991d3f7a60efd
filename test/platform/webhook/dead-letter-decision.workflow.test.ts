import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createDeadLetterDecisionActivities } from '../../../activities/platform/dead-letter-decision.activities.js';
import { deadLetterDecisionRecords } from '../../../db/platform/webhook/dead-letter-decision.records.js';
import { transacted } from '../../../test/support/servers/transacted.js';
import { newId } from '../../../db/shared/id.js';
import { deadLetterDecisionStart } from '../../../workers/platform/request.reaction.js';
import type { DeadLetterDecisionProgress } from '../../../workflows/platform/dead-letter-decision.contract.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';
import { connectTestTemporal, type TestTemporal } from '../../support/servers/temporal.js';

let test: TestDatabase;
let temporal: TestTemporal;
beforeAll(async () => {
  [test, temporal] = await Promise.all([createTestDatabase(), connectTestTemporal()]);
});
afterAll(async () => {
  await temporal.close();
  await test.drop();
});

const accountId = newId();
const letters = 40;
/** A turn is five sets of two. */
const setSize = 2;
const turnsPerRun = 2;

/** Each in a held lane of its own. */
const bury = () =>
  test.admin.query(
    `with lanes as (
       insert into platform.lanes (consumer_id, subject_type, subject_id, due_at)
       select 'internal/gone', 'test', n::text, 'infinity' from generate_series(1, $2::int) n returning lane_id)
     insert into platform.deliveries (account_id, consumer_id, lane_id, event_id, event_type, subject_seq, state, attempts, dead_at)
     select $1, 'internal/gone', l.lane_id, gen_random_uuid(), 'TEST_HAPPENED', 1, 'DEAD', 10, now() from lanes l`,
    [accountId, letters],
  );
const rowsOf = async (sql: string): Promise<unknown[]> =>
  (await test.admin.query(sql, [accountId])).rows;

/** The end of each run of a workflow, from the given run on. */
async function endsOf(workflowId: string, runId: string): Promise<string[]> {
  const run = temporal.client.workflow.getHandle(workflowId, runId);
  const { events } = await run.fetchHistory();
  const next = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
  return [(await run.describe()).status.name, ...(next ? await endsOf(workflowId, next) : [])];
}

it('a decision that is continued as new goes on where it was, and ends with every dead letter decided on, once', async () => {
  await bury();
  const asked = { decision: 'redrive', consumer_id: null, event_type: null } as const;
  const decisionId = await transacted(
    test.database,
    { accountId, principalId: newId() },
    deadLetterDecisionRecords,
  ).request(asked);
  const real = createDeadLetterDecisionActivities({ database: test.database, setSize });
  const turns: DeadLetterDecisionProgress[] = [];
  const activities: typeof real = {
    ...real,
    async decideOnDeadLetters(input) {
      const progress = await real.decideOnDeadLetters(input);
      turns.push(progress);
      return progress;
    },
  };
  const { taskQueue } = await temporal.startWorker('platform', activities);
  const input = { accountId, decisionId, decision: asked.decision, turnsPerRun };
  const { workflow, ...start } = deadLetterDecisionStart(input, taskQueue);
  const handle = await temporal.client.workflow.start(workflow, start);
  await handle.result();

  expect(turns).toEqual([
    ...[10, 20, 30, 40].map((done) => ({ status: 'RUNNING', done, total: letters })),
    { status: 'DONE', done: letters, total: letters },
  ]);
  expect(await endsOf(handle.workflowId, handle.firstExecutionRunId)).toEqual([
    'CONTINUED_AS_NEW',
    'CONTINUED_AS_NEW',
    'COMPLETED',
  ]);
  expect(
    await rowsOf(
      'select status, done::int, total::int, finished_at is not null as "isOver" from platform.dead_letter_decisions where account_id = $1',
    ),
  ).toEqual([{ status: 'DONE', done: letters, total: letters, isOver: true }]);
  expect(
    await rowsOf(
      'select state, count(*)::int from platform.deliveries where account_id = $1 group by 1',
    ),
  ).toEqual([{ state: 'PENDING', count: letters }]);
});
