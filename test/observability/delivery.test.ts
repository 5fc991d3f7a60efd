import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import type pg from 'pg';
import { loadConfig } from '../../config.js';
import { currentCorrelation, withCorrelation } from '../../db/shared/correlation.js';
import { createRolePool } from '../../db/connection/database.js';
import { newId } from '../../db/shared/id.js';
import { emitEvents } from '../../db/shared/outbox.js';
import { createLogger } from '../../workers/observability/logger.js';
import type { Part } from '../../processes/part.js';
import { startTracing } from '../../workers/observability/tracing/start.js';
import { startCollector, type Collector } from '../support/servers/collector.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { eventually } from '../support/timing/eventually.js';
import { happened } from '../support/timing/happened.js';
import { startTestRelay } from '../support/processes/relay.js';

const accountId = newId();

let test: TestDatabase;
let pool: pg.Pool;
let collector: Collector;
let tracing: Part | undefined;
let relay: { stop(): Promise<void> };
let isRefused = false;
const lines: Record<string, unknown>[] = [];
const seen: { subjectId: string; correlation: unknown; traceId: string | undefined }[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  pool = createRolePool(test.urls.relay);
  collector = await startCollector();
  const sampled = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER: 'always_on' };
  tracing = await startTracing(loadConfig(sampled), 'test');
  const destination = {
    write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  };
  const consume = async ({ subjectId }: { subjectId: string }) => {
    const traceId = trace.getActiveSpan()?.spanContext().traceId;
    seen.push({ subjectId, correlation: currentCorrelation(), traceId });
    if (isRefused) throw new TypeError('not now');
  };
  relay = startTestRelay(
    { database: test.database, relayPool: pool },
    [{ name: 'test', on: { TEST_HAPPENED: consume } }],
    {
      logger: createLogger({ level: 'warn', process: 'test', destination }),
    },
  );
});
afterAll(async () => {
  await relay.stop();
  await pool.end();
  await tracing?.stop();
  await collector.stop();
  await test.drop();
});

/** Emitted in this request's name; answers the event's id. */
async function emit(subjectId: string, correlationId?: string): Promise<string> {
  await withCorrelation({ correlationId }, () =>
    test.database.transaction({ accountId }, (scope) =>
      emitEvents(scope, [happened.of({ accountId, subjectId, payload: { n: 1 } })]),
    ),
  );
  const { rows } = await test.admin.query<{ event_id: string }>(
    'select event_id from platform.events where subject_id = $1',
    [subjectId],
  );
  return rows[0]?.event_id ?? '';
}
const attemptsOf = (subjectId: string) => seen.filter((one) => one.subjectId === subjectId);

describe('a delivery', () => {
  it('knows the request that its event goes back to, and the account', async () => {
    await emit('asked', 'r-asked');
    await eventually(() => expect(attemptsOf('asked')).toHaveLength(1));
    expect(attemptsOf('asked')[0]?.correlation).toEqual({ correlationId: 'r-asked', accountId });
  });

  it('is known by its event where nobody asked', async () => {
    const eventId = await emit('unasked');
    await eventually(() => expect(attemptsOf('unasked')).toHaveLength(1));
    expect(attemptsOf('unasked')[0]?.correlation).toEqual({ correlationId: eventId, accountId });
  });

  it('is a trace of its own at each try, which its log lines name', async () => {
    isRefused = true;
    const eventId = await emit('refused', 'r-refused');
    await eventually(() => expect(attemptsOf('refused')).not.toHaveLength(0));
    isRefused = false;
    await eventually(() => expect(attemptsOf('refused').length).toBeGreaterThan(1));
    const [first, second] = attemptsOf('refused').map(({ traceId }) => traceId);
    expect(second).not.toBe(first);
    expect(lines.find(({ event_id: id }) => id === eventId)).toMatchObject({
      msg: 'event will be delivered again',
      request_id: 'r-refused',
      account_id: accountId,
      trace_id: first,
    });
    await tracing?.stop();
    const span = collector.spans.find(({ traceId }) => traceId === first);
    expect(span).toMatchObject({
      name: 'deliver internal',
      parentSpanId: '',
      attributes: {
        'millrace.consumer_id': 'internal/test',
        'millrace.event_id': eventId,
        'millrace.event_type': 'TEST_HAPPENED',
        'millrace.attempts': 1,
        'millrace.correlation_id': 'r-refused',
      },
    });
  });
});
