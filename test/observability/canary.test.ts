import { randomBytes, randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '@temporalio/client';
import { trace } from '@opentelemetry/api';
import { connectAsync } from 'mqtt';
import { createLogger } from '../../workers/observability/logger.js';
import { attachNewDevice, openShop, placeOrder, type Actor } from '../support/people/actors.js';
import { arriveBySso, startProvider } from '../support/people/sso.js';
import { startIssuerServer, type IssuerServer } from '../support/servers/issuer-server.js';
import { leaksIn, textsOf, type Canaries } from '../support/system/canaries.js';
import { startCollector, type Collector } from '../support/servers/collector.js';
import { telemetry } from '../support/devices/device.js';
import { startReceiver, type Receiver } from '../support/servers/receiver.js';
import { eventually } from '../support/timing/eventually.js';
import { createRawClient, type RawAnswer, type RawRequest } from '../support/http/http.js';
import { startTestSystem, type TestSystem } from '../support/system/system.js';

// A whole life, with providers that fail on the way.
const patience = 240_000;
const tag = randomBytes(5).toString('hex');
const secret = (what: string) => `canary-${what}-${tag}`;
const canaries: Record<string, string> = {
  password: secret('password-of-a-person'),
  'wrong password': secret('password-that-is-wrong'),
  'e-mail': `${secret('mail')}@example.com`,
  phone: `+41${randomInt(790_000_000, 799_999_999)}`,
  name: `Canary Yard ${tag}`,
  address: `Canary Lane 12, ${tag}`,
  'seller name': `Canary Water ${tag}`,
  note: `Ann from Canary ${tag} said so`,
  'Idempotency-Key': secret('idempotency-key'),
  'token in an endpoint’s address': secret('endpoint-token'),
  'forged token': secret('bearer-token-0123456789'),
  'malformed body': secret('malformed'),
  query: secret('query'),
  'what a provider says': secret('words-of-a-provider'),
  'what the database says': secret('words-of-the-database'),
};

let collector: Collector;
let provider: Receiver;
let endpoint: Receiver;
let sso: Awaited<ReturnType<typeof startProvider>>;
let issuer: IssuerServer;
let system: TestSystem;
const lines: string[] = [];
const errorBodies: string[] = [];
const startedAt = new Date().toISOString();

async function call(method: string, path: string, request: RawRequest = {}): Promise<RawAnswer> {
  const answer = await createRawClient(system.url)(method, path, request);
  if (answer.status >= 400) errorBodies.push(JSON.stringify(answer.body));
  return answer;
}

/** A call with the expected status: a canary never planted would prove nothing. */
async function answered<Body>(status: number, ...asked: Parameters<typeof call>): Promise<Body> {
  const answer = await call(...asked);
  expect([asked[0], asked[1], answer.status]).toEqual([asked[0], asked[1], status]);
  return answer.body as Body;
}

const rowsOf = async (table: string): Promise<string> => {
  const { rows } = await system.admin.query<{ row: string }>(
    `select t::text as row from ${table} t`,
  );
  return rows.map(({ row }) => row).join('\n');
};

/** Places closed to secrets and personal data: each as the text that somebody could read there. */
const sinks: Record<string, () => Promise<string>> = {
  'a log line': async () => lines.join(''),
  'a span': async () => Buffer.concat(collector.bodies).toString(),
  'a metric': async () => (await fetch(`${system.url}/metrics`)).text(),
  'an error’s body': async () => errorBodies.join(),
  'an event': () => rowsOf('platform.events'),
  'an audit entry': () => rowsOf('platform.audit_log'),
  'a delivery': () => rowsOf('platform.deliveries'),
  'a history, a memo, a search attribute or a pending failure of Temporal': () => temporalTexts(),
};

async function temporalTexts(): Promise<string> {
  const { client, namespace } = system.temporal;
  const query = `StartTime >= "${startedAt}"`;
  const { executions } = await client.workflowService.listWorkflowExecutions({ namespace, query });
  const histories = await Promise.all(
    executions.map(async ({ execution }) => {
      const handle = client.workflow.getHandle(execution?.workflowId ?? '', execution?.runId ?? '');
      const { raw } = await handle.describe();
      return textsOf([await handle.fetchHistory(), raw]);
    }),
  );
  return textsOf(executions) + histories.join();
}

beforeAll(async () => {
  [collector, provider, endpoint] = await Promise.all([
    startCollector(),
    startReceiver(),
    startReceiver(),
  ]);
  const sms = { SMS_ACCOUNT_SID: 'sid', SMS_AUTH_TOKEN: secret('provider-token'), SMS_FROM: '+1' };
  canaries['provider’s token'] = sms.SMS_AUTH_TOKEN;
  [sso, issuer] = [await startProvider(), await startIssuerServer('')];
  canaries['secret of a client'] = sso.server.clientSecret;
  system = await startTestSystem(
    {
      LOG_LEVEL: 'trace',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_TRACES_SAMPLER: 'always_on',
      WEBHOOK_ALLOW_PRIVATE: 'true',
      SMS_GATEWAY_URL: new URL(provider.url).origin,
      OPERATIONS_ISSUER: issuer.issuer,
      OPERATIONS_JWKS_URL: issuer.jwksUrl,
      ...sso.variables,
      ...sms,
    },
    { logTo: { write: (line) => void lines.push(line) } },
  );
  await live();
  await comeFromOthers();
  // Spans leave in batches.
  await eventually(() =>
    expect(String(Buffer.concat(collector.bodies))).toContain('deliver webhook'),
  );
}, patience);
afterAll(async () => {
  await system.stop();
  const servers = [collector, provider, endpoint, sso.server, issuer];
  await Promise.all(servers.map((server) => server.stop()));
});

/** From signing up to an order, with everything that goes wrong on the way. */
async function live(): Promise<void> {
  const person = await signUp();
  const asked = { token: person.token };
  const keyed = { ...asked, headers: { 'Idempotency-Key': canaries['Idempotency-Key'] ?? '' } };
  const account = `/v1/accounts/${person.accountId}`;

  let isFirst = true;
  endpoint.answers(({ body }, response) => {
    if (!isFirst) return 204;
    isFirst = false;
    response.writeHead(500).end(`${canaries['what a provider says']} ${body}`);
    return 'answered';
  });
  const url = `${endpoint.url}?token=${canaries['token in an endpoint’s address']}`;
  const hook = { url, event_types: ['*'], description: canaries['note'] };
  const webhook = await answered<{ secret: string }>(201, 'POST', `${account}/webhooks`, {
    ...asked,
    body: hook,
  });
  canaries['webhook secret'] = webhook.secret;

  const site = { name: canaries['name'], address: canaries['address'] };
  const sites = `${account}/sites`;
  const { site_id: siteId } = await answered<{ site_id: string }>(201, 'POST', sites, {
    ...keyed,
    body: site,
  });
  const reservoirId = await reservoirAt(person, siteId);
  await measure(person, reservoirId);
  const reading = { level_pct: 90, note: canaries['note'] };
  await answered(201, 'POST', `/v1/reservoirs/${reservoirId}/manual-reading`, {
    ...asked,
    body: reading,
  });
  await openShop(person, reservoirId);
  const profile = {
    token: person.token,
    headers: { 'if-match': '"1"' },
    body: { display_name: canaries['seller name'] },
  };
  await answered(200, 'PATCH', `${account}/seller-profile`, profile);
  await placeOrder(await system.signUp('buyer'), reservoirId);
  await eventually(() => expect(endpoint.received.length).toBeGreaterThan(3));

  await answered(422, 'POST', sites, {
    ...asked,
    body: { ...site, name: `${site.name}${'x'.repeat(500)}`, nope: site.address },
  });
  expect(
    (await call('POST', sites, { ...keyed, body: { name: `another ${site.name}` } })).status,
  ).toBeGreaterThanOrEqual(400);
  expect(
    (await call('GET', `${sites}?cursor=${canaries['query']}`, asked)).status,
  ).toBeGreaterThanOrEqual(400);
  await answered(400, 'POST', sites, { ...asked, body: `{"name": ${canaries['malformed body']}` });
  await answered(401, 'GET', '/v1/me', { token: canaries['forged token'] });
  await answered(404, 'GET', `/no/such/${canaries['query']}`, asked);
  await whileRefused('water.sites', 'insert', () =>
    answered(500, 'POST', sites, { ...asked, body: site }),
  );
}

/** A person from a provider, and a machine of an issuer, each with an attempt too many. */
async function comeFromOthers(): Promise<void> {
  const email = `${secret('of-a-provider')}@example.com`;
  canaries['address at a provider'] = email;
  sso.server.person = { sub: secret('name-at-a-provider'), email, email_verified: true };
  const code = await arriveBySso(system.url, sso.server);
  canaries['code for a page'] = code;
  const exchange = { body: { code } };
  const tokens = await answered<Record<'access_token' | 'refresh_token', string>>(
    200,
    'POST',
    '/v1/auth/sso/exchange',
    exchange,
  );
  canaries['access token by a provider'] = tokens.access_token;
  canaries['refresh token by a provider'] = tokens.refresh_token;
  await answered(401, 'POST', '/v1/auth/sso/exchange', exchange);
  const { org_memberships: accounts } = await system.client
    .as(tokens.access_token)
    .get<{ org_memberships: { org_principal_id: string }[] }>('/v1/me');

  await issuer.addKey('one');
  issuer.claims['tenantId'] = accounts[0]?.org_principal_id;
  const token = await issuer.sign('one', { claims: { sub: secret('name-of-a-machine') } });
  canaries['token of an issuer'] = token;
  await answered(200, 'GET', '/v1/auth/whoami', { token });
  await answered(401, 'GET', '/v1/auth/whoami', { token: `${token}=` });
}

/** The provider of SMS fails, refuses and at last accepts, each time repeating the sent text. */
async function signUp(): Promise<Actor> {
  const { 'e-mail': email = '', phone = '', password = '' } = canaries;
  canaries['phone without its plus'] = phone.slice(1);
  provider.answers(({ body, headers }, response, nth) => {
    const words = `${canaries['what a provider says']} ${body} ${headers.authorization}`;
    if (nth > 2) response.writeHead(201).end(JSON.stringify({ sid: words }));
    else response.writeHead(nth === 1 ? 500 : 400).end(words);
    return 'answered';
  });
  await answered(200, 'POST', '/v1/auth/register', {
    body: { email, phone_e164: phone, password },
  });
  canaries['code by SMS'] = await codeTo(phone);
  canaries['code by e-mail'] = await codeTo(email);
  await answered(422, 'POST', '/v1/auth/verify-identifier', { body: { email, otp: 'not-a-code' } });
  await answered(200, 'POST', '/v1/auth/verify-identifier', {
    body: { email, otp: canaries['code by e-mail'] },
  });

  await answered(401, 'POST', '/v1/auth/login', {
    body: { username: email, password: canaries['wrong password'] },
  });
  const body = { username: email, password };
  const tokens = await answered<{ access_token: string; refresh_token: string }>(
    200,
    'POST',
    '/v1/auth/login',
    {
      body,
    },
  );
  canaries['refresh token'] = tokens.refresh_token;
  const refresh = { body: { refresh_token: tokens.refresh_token } };
  const next = await answered<typeof tokens>(200, 'POST', '/v1/auth/refresh', refresh);
  canaries['access token'] = next.access_token;
  canaries['next refresh token'] = next.refresh_token;

  // Another code at once would be too early. The delivery fails in the database, after a provider
  // took the message.
  await system.admin.query(
    "update identity.tokens set created_at = created_at - interval '5 minutes'",
  );
  await whileRefused('identity.token_channels', 'update', async () => {
    await answered(200, 'POST', '/v1/auth/request-identifier-verification', {
      body: { phone_e164: phone },
    });
    await eventually(async () => expect((await temporalTexts()).includes('P0001')).toBe(true));
  });

  const api = system.client.as(next.access_token);
  const me = await api.get<{ org_memberships: { org_principal_id: string }[] }>('/v1/me');
  return {
    email,
    accountId: me.org_memberships[0]?.org_principal_id ?? '',
    token: next.access_token,
    api,
  };
}

const codeTo = (to: string): Promise<string> =>
  eventually(async () => {
    const path = `/ui/mailbox.json?to=${encodeURIComponent(to)}`;
    const { items } = await system.client.get<{ items: { otp?: string }[] }>(path);
    const code = items.find(({ otp }) => otp !== undefined)?.otp;
    if (code === undefined) throw new Error('no code yet');
    return code;
  });

/** Meanwhile PostgreSQL refuses such a change, and repeats the row in the message. */
async function whileRefused(
  table: string,
  change: 'insert' | 'update',
  work: () => Promise<unknown>,
): Promise<void> {
  await system.admin.query(`
    create function fail() returns trigger language plpgsql as
      $$ begin raise exception 'the row % is refused: ${canaries['what the database says']}', to_jsonb(new)
        using detail = to_jsonb(new)::text; end $$;
    create trigger fail before ${change} on ${table} for each row execute function fail()`);
  await work();
  await system.admin.query('drop function fail cascade');
}

/** A device publishes, and another device tries to publish in the first device's name. */
async function measure(person: Actor, reservoirId: string): Promise<void> {
  const { deviceId, password } = await attachNewDevice(
    await system.platformAdmin(),
    person,
    reservoirId,
  );
  canaries['MQTT password'] = password;
  const device = await connectAsync(system.mqttUrl, {
    username: deviceId,
    password,
    clientId: deviceId,
  });
  await device.publishAsync(`devices/${deviceId}/telemetry`, telemetry(1, 100), { qos: 1 });
  await device.endAsync();
  const stranger = {
    username: deviceId,
    password: canaries['wrong password'] ?? '',
    clientId: deviceId,
  };
  await expect(
    connectAsync(system.mqttUrl, { ...stranger, reconnectPeriod: 0 }, false),
  ).rejects.toThrow();
  await eventually(async () => {
    const told = await system.admin.query(
      "select from platform.events where event_type = 'RESERVOIR_LEVEL_READING'",
    );
    expect(told.rowCount).toBeGreaterThan(0);
  });
}

async function reservoirAt(person: Actor, siteId: string): Promise<string> {
  const { reservoir_id: id } = await person.api.post<{ reservoir_id: string }>(
    `/v1/accounts/${person.accountId}/reservoirs`,
    {
      site_id: siteId,
      name: canaries['name'],
      reservoir_type: 'TANK',
      mobility: 'FIXED',
      monitoring_mode: 'DEVICE',
      capacity_liters: 10_000,
      height_mm: 1_000,
      sensor_empty_distance_mm: 1_000,
      sensor_full_distance_mm: 0,
      location: { lat: -1.29, lng: 36.82 },
    },
  );
  return id;
}

describe('what is secret, and who somebody is', () => {
  it('has been said, so that it could have leaked', () => {
    expect(Object.values(canaries).every((value) => value.length > 4)).toBe(true);
    expect(Object.keys(canaries)).toEqual(
      expect.arrayContaining(['code by SMS', 'refresh token', 'MQTT password', 'webhook secret']),
    );
    expect(lines.join('')).toContain('request failed');
  });

  it.each(Object.keys(sinks))('is not in %s', async (sink) => {
    const text = (await sinks[sink]?.()) ?? '';
    expect(text.length).toBeGreaterThan(20);
    expect(leaksIn(text, canaries)).toEqual([]);
  });
});

describe('the scan', () => {
  const planted: Canaries = { planted: secret('planted-on-purpose') };
  const value = planted['planted'] ?? '';
  const plants: Record<string, () => Promise<unknown> | void> = {
    'a log line': () => {
      const destination = { write: (line: string) => void lines.push(line) };
      createLogger({ level: 'info', process: 'test', destination }).info({ reason: value }, 'x');
    },
    'a span': () =>
      trace
        .getTracer('test')
        .startSpan('x', { attributes: { 'millrace.planted': value } })
        .end(),
    'a metric': () =>
      system.admin.query(
        'insert into platform.schedule_heartbeats (schedule_id, every_seconds) values ($1, 1)',
        [value],
      ),
    'an error’s body': () => void errorBodies.push(JSON.stringify({ details: { name: value } })),
    'an event': () =>
      system.admin.query('update platform.events set payload = $1', [
        JSON.stringify({ name: value }),
      ]),
    'an audit entry': () =>
      system.admin.query(
        `begin; set local session_replication_role = replica; update platform.audit_log set route = '${value}'; commit`,
      ),
    'a delivery': () =>
      system.admin.query('update platform.deliveries set last_error = $1', [value]),
    'a history, a memo, a search attribute or a pending failure of Temporal': () =>
      // Of a client without signatures: our clients start only known workflows.
      new Client({
        connection: system.temporal.client.connection,
        namespace: system.temporal.client.options.namespace,
      }).workflow.start('nobody', {
        workflowId: tag,
        taskQueue: `nobody-${tag}`,
        memo: { name: value },
      }),
  };
  afterAll(() =>
    system.temporal.client.workflow
      .getHandle(tag)
      .terminate()
      .catch(() => undefined),
  );

  it.each(Object.keys(sinks))('finds what is planted in %s', async (sink) => {
    await plants[sink]?.();
    await eventually(async () =>
      expect(leaksIn((await sinks[sink]?.()) ?? '', planted)).toEqual(['planted']),
    );
  });

  it.each([
    ['as it is', (text: string) => `x${text}y`],
    ['in an address', (text: string) => encodeURIComponent(`a ${text}`)],
    [
      'in base64, wherever it begins',
      (text: string) => Buffer.from(`ab${text}`).toString('base64'),
    ],
    ['in hex', (text: string) => Buffer.from(text).toString('hex')],
    [
      'in the bytes of a payload',
      (text: string) => textsOf({ payloads: [{ data: Buffer.from(text) }] }),
    ],
    ['as a label', (text: string) => `m{route="${text}"} 1`],
  ])('knows a value %s', (_how, told) => {
    expect(leaksIn(told('ann@example.com & co'), { mail: 'ann@example.com & co' })).toEqual([
      'mail',
    ]);
    expect(leaksIn(told('somebody else entirely'), { mail: 'ann@example.com & co' })).toEqual([]);
  });

  it('takes no digits of a time or an id for a code', () => {
    expect(leaksIn('at 12:00:00.123456Z, order 0123456789ab', { code: '123456' })).toEqual([]);
    expect(leaksIn('your code is 123456.', { code: '123456' })).toEqual(['code']);
  });
});
