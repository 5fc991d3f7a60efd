import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createMetricsEndpoint,
  listenForScrapes,
} from '../../workers/observability/metrics/endpoint.js';
import { families } from '../../workers/observability/metrics/families.js';
import { createMetrics } from '../../workers/observability/metrics/registry.js';
import { eventually } from '../support/timing/eventually.js';
import { parseExposition, valueOf, type Sample } from '../support/http/exposition.js';
import { startTestSystem, type TestSystem } from '../support/system/system.js';

describe('the registry', () => {
  it('counts by labels, and shows buckets that hold what is below them', async () => {
    const metrics = createMetrics();
    const labels = { method: 'GET', route: '/a/"b"' };
    metrics.counter('millrace_http_requests_total', { ...labels, status: '200' }).add(2);
    metrics.counter('millrace_http_requests_total', { ...labels, status: '200' }).add();
    for (const seconds of [0.003, 0.003, 0.4, 60])
      metrics.histogram('millrace_http_request_duration_seconds', labels).observe(seconds);
    const shown = parseExposition(await metrics.expose());
    expect(valueOf(shown, 'millrace_http_requests_total', { route: '/a/"b"' })).toBe(3);
    const within = (le: string) =>
      valueOf(shown, 'millrace_http_request_duration_seconds_bucket', { le });
    expect(['0.0025', '0.005', '0.25', '0.5', '10', '+Inf'].map(within)).toEqual([
      0, 2, 2, 3, 3, 4,
    ]);
    expect(valueOf(shown, 'millrace_http_request_duration_seconds_sum')).toBeCloseTo(60.406);
  });

  it('asks for costly figures once in five seconds, and shows the others when one cannot be read', async () => {
    const metrics = createMetrics();
    let asked = 0;
    metrics.onScrape(() => Promise.reject(new Error('the database is away')));
    metrics.onScrapeCached(async (put) => put('millrace_events_waiting', {}, (asked += 1)));
    const texts = [await metrics.expose(), await metrics.expose()];
    expect(texts.map((text) => valueOf(parseExposition(text), 'millrace_events_waiting'))).toEqual([
      1, 1,
    ]);
  });
});

describe('who may look', () => {
  const stops: (() => Promise<void>)[] = [];
  afterEach(() => Promise.all(stops.splice(0).map((stop) => stop())));
  async function scrape(
    rules: { isProduction: boolean; token?: string },
    headers: Record<string, string> = {},
    path = '/metrics',
    method = 'GET',
  ): Promise<number> {
    const endpoint = createMetricsEndpoint({
      expose: async () => 'up 1\n',
      token: undefined,
      ...rules,
    });
    const { port, stop } = await listenForScrapes(endpoint, 0, '127.0.0.1');
    stops.push(stop);
    return (await fetch(`http://127.0.0.1:${port}${path}`, { headers, method })).status;
  }
  const token = 'a token of sixteen or more';
  const bearer = { authorization: `Bearer ${token}` };
  const forwarded = { 'x-forwarded-for': '203.0.113.7' };

  it.each([
    ['anyone in development', { isProduction: false }, {}, 200],
    [
      'nobody in production where there is no token, from loopback either',
      { isProduction: true },
      {},
      403,
    ],
    [
      'no bearer of nothing where there is no token',
      { isProduction: true },
      { authorization: 'Bearer ' },
      403,
    ],
    [
      'the bearer of the token, also through a proxy',
      { isProduction: true, token },
      { ...bearer, ...forwarded },
      200,
    ],
    ['no machine without the token once there is one', { isProduction: true, token }, {}, 403],
    [
      'no bearer of another token',
      { isProduction: true, token },
      { authorization: 'Bearer another' },
      403,
    ],
  ])('%s', async (_who, rules, headers, status) => {
    expect(await scrape(rules, headers)).toBe(status);
  });

  it('is told that nothing else is there', async () => {
    expect(await scrape({ isProduction: false }, {}, '/')).toBe(404);
    expect(await scrape({ isProduction: false }, {}, '/metrics', 'POST')).toBe(405);
  });
});

describe('a running system', () => {
  let system: TestSystem;
  beforeAll(async () => {
    system = await startTestSystem();
  });
  afterAll(() => system.stop());
  const scrape = async () => parseExposition(await (await fetch(`${system.url}/metrics`)).text());

  it('shows rate, errors and duration by route pattern, never by the raw URL', async () => {
    const { accountId, token } = await system.signUp('Amani');
    const headers = { authorization: `Bearer ${token}` };
    for (let n = 0; n < 3; n += 1)
      await fetch(`${system.url}/v1/accounts/${accountId}/sites`, { headers });
    await fetch(`${system.url}/no/such/${accountId}`);
    const shown = await scrape();
    const route = '/v1/accounts/:account_id/sites';
    expect(
      valueOf(shown, 'millrace_http_requests_total', { method: 'GET', route, status: '200' }),
    ).toBe(3);
    expect(
      valueOf(shown, 'millrace_http_request_duration_seconds_count', { method: 'GET', route }),
    ).toBe(3);
    expect(valueOf(shown, 'millrace_http_requests_total', { route: 'none', status: '404' })).toBe(
      1,
    );
    expect(valueOf(shown, 'millrace_http_requests_in_flight')).toBe(0);
    expect(JSON.stringify(shown)).not.toContain(accountId);
  });

  it('shows the pools of each role, and the process', async () => {
    const shown = await scrape();
    for (const role of ['app', 'ingest', 'market', 'relay', 'gateway'].map(
      (name) => `millrace_${name}`,
    ))
      expect(
        valueOf(shown, 'millrace_db_connections', { role, state: 'idle' }),
      ).toBeGreaterThanOrEqual(0);
    expect(valueOf(shown, 'millrace_process_resident_bytes')).toBeGreaterThan(1e6);
    expect(valueOf(shown, 'millrace_process_cpu_seconds_total')).toBeGreaterThan(0);
  });

  it('shows what was delivered, events that wait, and the depth of dead letters by consumer', async () => {
    const consumer = 'internal/level-alerts';
    const before = await scrape();
    expect(valueOf(before, 'millrace_dead_letters', { consumer })).toBe(0);
    expect(valueOf(before, 'millrace_deliveries_total', { outcome: 'delivered' })).toBeGreaterThan(
      0,
    );
    expect(valueOf(before, 'millrace_delivery_delay_seconds_count')).toBeGreaterThan(0);
    await system.admin.query(
      `insert into platform.deliveries (consumer_id, lane_id, event_id, event_type, subject_seq, state, dead_at)
       values ($1, 0, gen_random_uuid(), 'X', 1, 'DEAD', now()), ('webhook/x', 0, gen_random_uuid(), 'X', 1, 'DEAD', now())`,
      [consumer],
    );
    await system.admin.query(
      `insert into platform.lanes (consumer_id, subject_type, subject_id, due_at)
       values ('webhook/x', 'order', 'x', 'infinity'), ('webhook/y', 'order', 'x', now() - interval '1 hour')`,
    );
    const after = await afterCache(
      (shown) => valueOf(shown, 'millrace_dead_letters', { consumer }) === 1,
    );
    expect(valueOf(after, 'millrace_dead_letters', { consumer: 'webhook' })).toBe(1);
    expect(valueOf(after, 'millrace_lanes', { consumer: 'webhook', state: 'held' })).toBe(1);
    expect(valueOf(after, 'millrace_lanes_late_seconds', { consumer: 'webhook' })).toBeGreaterThan(
      3_599,
    );
    expect(valueOf(after, 'millrace_events_lag_seconds')).toBeLessThan(60);
  });

  it('shows how far deriving is behind accepting', async () => {
    expect(valueOf(await scrape(), 'millrace_telemetry_lag_messages')).toBe(0);
    const device =
      "insert into devices.device_inboxes (device_id, accepted_to, signalled_to, derived_to) values ('LAG', 7, 7, 2)";
    await system.admin.query(`set session_replication_role = replica; ${device}`);
    const after = await afterCache(
      (shown) => valueOf(shown, 'millrace_telemetry_lag_messages') === 5,
    );
    expect(valueOf(after, 'millrace_telemetry_lag_devices')).toBe(1);
  });

  const afterCache = (isSeen: (shown: Sample[]) => boolean) =>
    eventually(async () => {
      const shown = await scrape();
      if (!isSeen(shown)) throw new Error('not seen yet');
      return shown;
    });
});

describe('docs/operations.md', () => {
  it('lists the metrics that there are, and what each is', () => {
    const text = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
    const listed = [...text.matchAll(/^\| `(millrace_\w+)` +\| (\w+) +\| ([^|]*)\|/gm)].map(
      ([, name, type, labels]) => ({
        name,
        type,
        labels: [...(labels ?? '').matchAll(/`(\w+)`/g)].map(([, label]) => label),
      }),
    );
    expect(listed).toEqual(
      Object.entries(families).map(([name, { type, labels }]) => ({
        name,
        type,
        labels: [...labels],
      })),
    );
  });
});
