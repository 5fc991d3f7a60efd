import { randomBytes, randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { otpInputs } from '../../activities/identity/otp.inputs.js';
import { loadConfig } from '../../config.js';
import { text, uuid } from '../../db/connection/column.js';
import { platformAccountId } from '../../db/connection/database.js';
import { query } from '../../db/connection/query.js';
import { createLogger } from '../../workers/observability/logger.js';
import { createProcessMetrics } from '../../workers/process/process-metrics.js';
import type { Part } from '../../processes/part.js';
import { createTemporalClient } from '../../workers/process/temporal-client.js';
import { startWorker } from '../../workers/process/worker.js';
import {
  otpWorkflowId,
  otpWorkflowType,
  type Channel,
  type DeliveryOutcome,
  type OtpInput,
} from '../../workflows/identity/otp.contract.js';
import { leaksIn, textsOf } from '../support/system/canaries.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { connectTestTemporal, type TestTemporal } from '../support/servers/temporal.js';

const taskQueue = `failing-${randomBytes(4).toString('hex')}`;
const tokenId = randomUUID();
const value = `hunter2-${randomBytes(4).toString('hex')}`;

const unreadable = query({
  name: 'test.unreadable',
  parameters: { value: text },
  row: { value: uuid },
  text: 'select :value::uuid as value',
});

let test: TestDatabase;
let temporal: TestTemporal;
let worker: Part;
let client: Client;
const thrown: Error[] = [];

beforeAll(async () => {
  [test, temporal] = await Promise.all([createTestDatabase(), connectTestTemporal()]);
  const { connection, namespace } = temporal;
  const config = loadConfig({
    TEMPORAL_NAMESPACE: namespace,
    SECRET_KEY: randomBytes(48).toString('base64'),
  });
  client = await createTemporalClient(config, connection);
  const note = (error: unknown) => {
    thrown.push(error as Error);
    throw error;
  };
  const activities = {
    /** PostgreSQL repeats the unreadable value in the message. */
    sendOtp: (_tokenId: string, _channel: Channel) =>
      test.database
        .transaction({ accountId: platformAccountId }, (scope) => scope.read(unreadable, { value }))
        .catch(note),
    recordOtpOutcome: async (_tokenId: string, _outcome: DeliveryOutcome) => undefined,
  };
  const resources = {
    config,
    logger: createLogger({ level: 'silent', process: 'test' }),
    metrics: createProcessMetrics(),
    database: test.database,
    temporal: { connection, client },
    queueOf: (name: string) => name,
    close: async () => undefined,
  };
  worker = await startWorker(resources, {
    domain: 'identity',
    taskQueue,
    activities,
    inputs: otpInputs,
  });
});
afterAll(async () => {
  await worker.stop();
  await temporal.close();
  await test.drop();
});

it('keeps in a history the type and the code of what an activity threw, and none of its values', async () => {
  // Room for a first try on a busy machine; the workflow ends at the third, with no room for a
  // fourth.
  const input: OtpInput = { tokenId, channels: ['EMAIL'], channelBudgetMs: 6_900 };
  const handle = await client.workflow.start(otpWorkflowType, {
    taskQueue,
    workflowId: otpWorkflowId(tokenId),
    args: [input],
  });
  expect(await handle.result()).toBe('FAILED');
  expect(thrown.map(({ message }) => message).join()).toContain(value);
  const history = textsOf(await handle.fetchHistory());
  expect(history).toMatch(/22P02/);
  expect(leaksIn(history, { value })).toEqual([]);
});
