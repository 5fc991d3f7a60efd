import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { loadConfig } from '../../config.js';
import { summaryOf } from '../../db/connection/sql-span.js';
import { startTracing } from '../../workers/observability/tracing/start.js';
import {
  makeReservoir,
  makeSite,
  openShop,
  recordLevel,
  registerDevice,
  type Actor,
} from '../support/people/actors.js';
import { deviceState, deviceWorkflowId } from '../../workflows/devices/device.contract.js';
import { startCollector, type Collector, type ReceivedSpan } from '../support/servers/collector.js';
import { eventually } from '../support/timing/eventually.js';
import { report } from '../support/holdings/devices.holding.js';
import { createRawClient } from '../support/http/http.js';
import { startTestSystem, type TestSystem } from '../support/system/system.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const attached = 'd37ace1916cd43dd8448eb211c80319c';
const callerSpanId = 'b7ad6b7169203331';
const sampled = {
  traceparent: `00-${traceId}-${callerSpanId}-01`,
  tracestate: 'vendor=private',
  baggage: 'who=ann',
};

let collector: Collector;
let system: TestSystem;
let buyer: Actor;
let reservoirId: string;
beforeAll(async () => {
  collector = await startCollector();
  // By default no trace is kept: traces kept here are asked for by a caller.
  system = await startTestSystem({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_TRACES_SAMPLER_ARG: '0',
  });
  const seller = await system.signUp('seller');
  reservoirId = await makeReservoir(seller, await makeSite(seller));
  await recordLevel(seller, reservoirId, 90);
  await openShop(seller, reservoirId);
  buyer = await system.signUp('buyer');
});
afterAll(async () => {
  await system.stop();
  await collector.stop();
});

const call = (method: string, path: string, headers: Record<string, string>, body?: object) =>
  createRawClient(system.url)(method, path, { token: buyer.token, headers, body });
const placing = {
  requested_fill_mode: 'VOLUME_LITERS',
  requested_volume_liters: 10,
  currency: 'USD',
};
const orders = () => `/v1/accounts/${buyer.accountId}/orders`;
const order = (headers: Record<string, string>) =>
  call('POST', orders(), headers, { ...placing, seller_reservoir_id: reservoirId });

describe('placing an order by HTTP', () => {
  let spans: ReceivedSpan[];
  let orderId: string;
  const named = (pattern: RegExp) => spans.filter(({ name }) => pattern.test(name));
  beforeAll(async () => {
    const placed = await order({ ...sampled, 'X-Request-Id': 'placed-by-a-test' });
    orderId = (placed.body as { order_id: string }).order_id;
    // The order's workflow reports at the end.
    expect((await call('POST', `${orders()}/${orderId}/cancel`, {})).status).toBe(200);
    await eventually(() => {
      spans = collector.spans.filter((span) => span.traceId === traceId);
      expect(spans.map(({ name }) => name)).toContain('RunWorkflow:orderWorkflow');
    });
  });

  it.each([
    ['the request', /^POST \/v1\/accounts\/:account_id\/orders$/],
    ['the update that starts the workflow', /UpdateWithStart/],
    ['the workflow', /^RunWorkflow:orderWorkflow$/],
    ['its handler', /^HandleUpdate:placeOrder$/],
    ['the activity', /^RunActivity:placeOrder$/],
    ['its transaction', /^transaction$/],
    ['a statement by its name', /^orders\.place/],
    ['its end', /^commit$/],
  ])('is one trace, and in it is %s', (_what, name) => {
    expect(named(name).length).toBeGreaterThan(0);
  });

  it('goes on from the caller’s span, and each span hangs on another of the trace', () => {
    const ids = new Set(spans.map(({ spanId }) => spanId));
    const loose = spans.filter(({ parentSpanId }) => !ids.has(parentSpanId));
    expect(loose.map(({ name, parentSpanId }) => [name, parentSpanId])).toEqual([
      ['POST /v1/accounts/:account_id/orders', callerSpanId],
    ]);
    const [activity] = named(/^RunActivity:placeOrder$/);
    const within = spans.filter(({ parentSpanId }) => parentSpanId === activity?.spanId);
    expect(within.map(({ name }) => name)).toContain('transaction');
  });

  it('says of itself the pattern, the status, the account and the request, and of statements no value', () => {
    expect(named(/^POST /)[0]?.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/v1/accounts/:account_id/orders',
      'http.response.status_code': 201,
      'millrace.account_id': buyer.accountId,
      'millrace.request_id': 'placed-by-a-test',
    });
    const texts = spans
      .map(({ attributes }) => String(attributes['db.query.text'] ?? ''))
      .join('\n');
    expect(texts).toMatch(/insert into water\.orders .*values \(\$1/s);
    expect(texts).not.toMatch(/millrace\.context', '|Maji Safi/);
  });

  it('has its request’s id in the events that its activity emits', async () => {
    const { rows } = await system.admin.query(
      "select correlation_id from platform.events where event_type = 'ORDER_CREATED' and subject_id = $1",
      [orderId],
    );
    expect(rows).toEqual([{ correlation_id: 'placed-by-a-test' }]);
  });

  it('leaves what a caller says besides in no span and no history', async () => {
    const history = await system.temporal.client.workflow
      .getHandle(`order/${orderId}`)
      .fetchHistory();
    const all = [...collector.bodies.map(String), JSON.stringify(history)].join();
    expect(all).not.toMatch(/vendor=private|who=ann/);
  });
});

describe('attaching a device by HTTP', () => {
  it('is one trace with what the workflow does for it; what the device sends afterwards is no part of it', async () => {
    const device = await registerDevice(await system.platformAdmin());
    const body = {
      serial_number: device.serialNumber,
      reservoir_id: await makeReservoir(buyer, await makeSite(buyer)),
    };
    const traced = { traceparent: `00-${attached}-${callerSpanId}-01` };
    expect(
      (await call('POST', `/v1/accounts/${buyer.accountId}/devices/attach`, traced, body)).status,
    ).toBe(200);
    await report(system, device);
    const handle = system.temporal.client.workflow.getHandle(deviceWorkflowId(device.deviceId));
    await eventually(async () => expect((await handle.query(deviceState)).derivedTo).toBe(1));
    // Spans are sent in the order of their ends, so a later span proves the earlier ones sent.
    expect((await call('GET', '/v1/me', traced)).status).toBe(200);
    const names = () =>
      collector.spans.filter((span) => span.traceId === attached).map(({ name }) => name);
    await eventually(() => expect(names()).toContain('GET /v1/me'));
    expect(names()).toEqual(
      expect.arrayContaining(['HandleUpdate:attachDevice', 'RunActivity:attach']),
    );
    expect(names()).not.toContain('RunActivity:deriveReadings');
  });
});

describe('what is not asked for', () => {
  it('is not kept, whether the caller says so or nobody decides', async () => {
    const unsampled = 'c0ffee1916cd43dd8448eb211c80319c';
    expect((await order({ traceparent: `00-${unsampled}-${callerSpanId}-00` })).status).toBe(201);
    expect((await order({ traceparent: `00-${'0'.repeat(32)}-${callerSpanId}-01` })).status).toBe(
      201,
    );
    expect(collector.spans.map((span) => span.traceId)).not.toContain(unsampled);
    expect(collector.spans.filter((span) => ![traceId, attached].includes(span.traceId))).toEqual(
      [],
    );
  });
});

describe('PostgreSQL', () => {
  it('sees the trace in the comment of what opens a transaction', async () => {
    const inTrace = (traceFlags: number) =>
      trace.setSpan(
        ROOT_CONTEXT,
        trace.wrapSpanContext({ traceId, spanId: callerSpanId, traceFlags, isRemote: true }),
      );
    const seen = (traceFlags: number) =>
      context.with(inTrace(traceFlags), () =>
        trace.getTracer('test').startActiveSpan('x', (span) =>
          system.database.transaction({ accountId: buyer.accountId }, async () => {
            span.end();
            const { rows } = await system.admin.query<{ query: string }>(
              "select query from pg_stat_activity where state = 'idle in transaction' and query like '%millrace.context%'",
            );
            return rows.map(({ query }) => query).join();
          }),
        ),
      );
    expect(await seen(1)).toMatch(
      new RegExp(`true\\) /\\*traceparent='00-${traceId}-[0-9a-f]{16}-01'\\*/$`),
    );
    expect(await seen(0)).toMatch(/true\)$/);
  });
});

describe('a statement without a name', () => {
  it.each([
    ['select 1', 'select'],
    ['insert into "water"."orders" ("a") values (?)', 'insert water.orders'],
    ['update water.sites as s set a = $1', 'update water.sites'],
    [' select * from (select x from platform.events) e', 'select platform.events'],
  ])('is known by verb and table: %s', (sql, summary) => {
    expect(summaryOf(sql)).toBe(summary);
  });
});

describe('without a collector', () => {
  it.each([
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_SDK_DISABLED: 'true' },
  ])('nothing is traced: %j', async (variables) => {
    expect(await startTracing(loadConfig(variables), 'test')).toBeUndefined();
  });
});
