import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { isForPlatform, needsCaller } from '../../api/route/access.js';
import { paramNames, type Route } from '../../api/route/route.js';
import { createSigningKeys } from '../../api/authentication/signing-keys.js';
import { signingAlgorithm } from '../../api/authentication/verifying-keys.js';
import { createSigningKeyRecords } from '../../db/identity/credential/signing-key.records.js';
import { makeReservoir, registerDevice, type Actor } from '../support/people/actors.js';
import {
  answerOf,
  codeOf,
  createRawClient,
  type RawClient,
  type RawRequest,
} from '../support/http/http.js';
import { makeHolding, noHolding, type Holding } from '../support/holdings/holdings.js';
import { makeShop } from '../support/holdings/water.holding.js';
import {
  isStream,
  bodyWith,
  fieldsOf,
  nameOf,
  pathWith,
  resourceParams,
} from '../support/routes/route-calls.js';
import { startTestSystem, type TestSystem } from '../support/system/system.js';
import { leastOf, testedRoutes } from '../support/routes/tested-domain.js';

/** The things named by fields of bodies and queries. */
const ids: Readonly<Record<string, 'ours' | 'public' | 'reference' | 'contract'>> = {
  site_id: 'ours',
  reservoir_id: 'ours',
  target_reservoir_id: 'ours',
  resource_id: 'ours',
  // Anyone finds sellers on the marketplace.
  seller_reservoir_id: 'public',
  delivery_ids: 'ours',
  site_ids: 'ours',
  // The same for everybody.
  plan_id: 'public',
  // Of a directory outside Millrace.
  zone_id: 'reference',
  // A device on a label in somebody's hand: the contract answers whether the device has an owner,
  // and never the owner.
  device_id: 'contract',
  // A filter: decisions are on one's own letters, for any consumer.
  consumer_id: 'reference',
};

let system: TestSystem;
let call: RawClient;
let routes: readonly Route[];
let [alice, bob]: Actor[] = [];
let hers: Holding;
let his: Holding;
let nobodys: Holding;
/** Values for a body of Alice's. */
let herValues: Record<string, unknown>;

beforeAll(async () => {
  system = await startTestSystem();
  call = createRawClient(system.url);
  routes = testedRoutes(system.api.routes);
  const [a, b, seller] = await Promise.all(
    ['alice', 'bob', 'seller'].map((name) => system.signUp(name)),
  );
  if (!a || !b || !seller) throw new Error('three people');
  [alice, bob] = [a, b];
  const shop = await makeShop(seller);
  [hers, his] = await Promise.all([makeHolding(system, a, shop), makeHolding(system, b, shop)]);
  nobodys = noHolding();
  const spare = await registerDevice(await system.platformAdmin(), a.accountId);
  const spareReservoir = await makeReservoir(a, hers.site_id);
  herValues = {
    site_id: hers.site_id,
    resource_type: 'site',
    resource_id: hers.site_id,
    reservoir_id: spareReservoir,
    target_reservoir_id: hers.reservoir_id,
    seller_reservoir_id: shop,
    currency: 'USD',
    requested_fill_mode: 'VOLUME_LITERS',
    zone_id: randomUUID(),
    device_id: spare.deviceId,
    serial_number: spare.serialNumber,
  };
});
afterAll(() => system.stop());

/** As Alice would call the route with the given ids in the path. */
async function asAlice(
  route: Route,
  path: Record<string, string>,
  values = herValues,
  query = '',
  more: RawRequest = {},
) {
  const headers = { ...more.headers, ...(route.concurrency ? { 'if-match': '"1"' } : {}) };
  const body = more.body ?? bodyWith(route, values);
  const request = { token: alice?.token, body, headers };
  return call(route.method, pathWith(route, path) + query, request);
}

/** Routes with an unexpected answer to Bob's things, or with another answer to missing things. */
async function oddAnswers(
  walked: readonly Route[],
  expected: string,
  ask: (route: Route, other: Holding) => ReturnType<RawClient>,
): Promise<string[]> {
  const odd: string[] = [];
  for (const route of walked) {
    const [toHis, toNone] = [await ask(route, his), await ask(route, nobodys)];
    if (codeOf(toHis) !== expected) odd.push(`${nameOf(route)}: ${answerOf(toHis)}`);
    // A refusal on an account names the account of the path.
    const [onHis, onNone] = [
      answerOf(toHis).replace(`"org_id":"${his.account_id}"`, '"org_id":"of the path"'),
      answerOf(toNone).replace(`"org_id":"${nobodys.account_id}"`, '"org_id":"of the path"'),
    ];
    if (onHis !== onNone) odd.push(`${nameOf(route)}: ${answerOf(toHis)} ≠ ${answerOf(toNone)}`);
  }
  return odd;
}

/** The thing in a holding that a field of a body names. */
function nameOfThing(field: string): keyof Holding {
  if (field === 'target_reservoir_id') return 'reservoir_id';
  return (field === 'resource_id' ? 'site_id' : field) as keyof Holding;
}

const everythingOfHis = async (): Promise<unknown> => {
  const tables = [
    'water.sites',
    'water.reservoirs',
    'water.reservoir_readings',
    'water.reservoir_levels',
    'water.seller_profiles',
    'water.seller_reservoirs',
    'water.price_rules',
    'water.orders',
    'devices.device_attachments',
    'devices.device_telemetry_messages',
    'notifications.alerts',
  ];
  const digest = (table: string) =>
    `(select md5(coalesce(string_agg(t::text, ',' order by t::text), '')) from ${table} t where t.account_id = $1) as "${table}"`;
  const { rows } = await system.admin.query(`select ${tables.map(digest).join(', ')}`, [
    his.account_id,
  ]);
  return rows;
};

describe('what belongs to another account', () => {
  let before: unknown;
  beforeAll(async () => {
    before = await everythingOfHis();
  });

  it('is reached by no route under its account id, which answers like one that does not exist', async () => {
    const under = routes.filter(({ path }) => paramNames(path).includes('account_id'));
    expect(under.length).toBeGreaterThan(leastOf(20));
    expect(
      await oddAnswers(under, '403 FORBIDDEN', (route, other) =>
        asAlice(route, { ...hers, ...other }),
      ),
    ).toEqual([]);
  });

  it('is reached by no route under one’s own account id, or under none, and is the same as what does not exist', async () => {
    const naming = routes.flatMap((route) =>
      isForPlatform(route.access) ? [] : resourceParams(route).map((param) => ({ route, param })),
    );
    expect(naming.length).toBeGreaterThan(leastOf(15));
    const odd: string[] = [];
    for (const { route, param } of naming) {
      const withId = (_: Route, other: Holding) =>
        asAlice(route, { ...hers, [param]: other[param as keyof Holding] });
      odd.push(...(await oddAnswers([route], '404 RESOURCE_NOT_FOUND', withId)));
    }
    expect(odd).toEqual([]);
  });

  it('is not chosen by a header', async () => {
    const located = routes.filter(({ access }) => access.kind === 'resource');
    const choosing = (route: Route, other: Holding) =>
      asAlice(route, { ...hers }, herValues, '', { headers: { 'X-Account-Id': other.account_id } });
    expect(await oddAnswers(located, '403 FORBIDDEN', choosing)).toEqual([]);
  });

  it('is not named in a body', async () => {
    const odd: string[] = [];
    const names = new Set<string>();
    for (const route of routes.filter(
      ({ access }) => access.kind === 'member' || access.kind === 'resource',
    )) {
      for (const field of Object.keys(fieldsOf(route.body)).filter((name) => /_ids?$/.test(name))) {
        names.add(field);
        if (ids[field] !== 'ours') continue;
        const foreign = (other: Holding) =>
          field.endsWith('_ids')
            ? [other[nameOfThing(field.slice(0, -1))]]
            : other[nameOfThing(field)];
        const naming = (_: Route, other: Holding) => {
          const body = Object.assign({}, bodyWith(route, herValues), { [field]: foreign(other) });
          return asAlice(route, { ...hers }, herValues, '', { body });
        };
        odd.push(...(await oddAnswers([route], '404 RESOURCE_NOT_FOUND', naming)));
      }
    }
    expect(odd).toEqual([]);
    expect([...names].filter((field) => ids[field] === undefined)).toEqual([]);
  });

  it('is not found by the serial number or the id of its device', async () => {
    if (!alice) throw new Error('nobody signed up');
    const devices = `/v1/accounts/${hers.account_id}/devices`;
    const [{ token }, body] = [alice, { reservoir_id: await makeReservoir(alice, hers.site_id) }];
    const attach = (road: string, by: object) =>
      call('post', `${devices}/${road}`, { token, body: { ...body, ...by } });
    for (const road of ['attach', 'attach-by-serial'])
      expect(answerOf(await attach(road, { serial_number: his.serial_number }))).toBe(
        answerOf(await attach(road, { serial_number: nobodys.serial_number })),
      );
    expect(answerOf(await attach('attach', { device_id: his.device_id }))).toBe(
      answerOf(await attach('attach', { device_id: nobodys.device_id })),
    );
  });

  it('is not listed, whatever is asked for', async () => {
    const lists = routes.filter(
      ({ method, access, path, query }) =>
        method === 'get' &&
        access.kind === 'member' &&
        query &&
        resourceParams({ path } as Route).length === 0,
    );
    expect(lists.length).toBeGreaterThan(leastOf(4));
    const { order_id: _order, ...things } = his;
    for (const route of lists) {
      for (const field of [
        '',
        ...Object.keys(fieldsOf(route.query)).filter((name) => /_ids?$/.test(name)),
      ]) {
        const query = field === '' ? '' : `?${field}=${his[field as keyof Holding]}`;
        const answer = await asAlice(route, { ...hers }, herValues, query);
        expect([nameOf(route), answer.status]).toEqual([nameOf(route), 200]);
        for (const id of Object.values(things))
          expect(JSON.stringify(answer.body)).not.toContain(id);
        expect(JSON.stringify(answer.body)).not.toContain(his.order_id);
      }
    }
  });

  it('is as it was, after all that', async () => {
    expect(await everythingOfHis()).toEqual(before);
  });

  it('is answered to its owner, so the refusals above are not the answer to everything', async () => {
    for (const token of [alice?.token, bob?.token]) {
      const own = token === alice?.token ? hers : his;
      const ownRoutes = routes.filter(
        ({ method, access }) =>
          method === 'get' && access.kind !== 'anyone' && !isForPlatform(access),
      );
      // A stream's answer would not end, and no worker has written the file of an export.
      for (const route of ownRoutes.filter(
        (each) => !isStream(each) && !paramNames(each.path).includes('file_name'),
      )) {
        const answer = await call('get', pathWith(route, { ...own }), { token });
        expect([nameOf(route), answer.status]).toEqual([nameOf(route), 200]);
      }
    }
    const accepted = ['sites', 'reservoirs', 'orders/quote', 'orders', 'devices/attach'];
    for (const path of accepted) {
      const route = system.api.routes.find(
        (each) => nameOf(each) === `POST /v1/accounts/:account_id/${path}`,
      );
      if (!route) throw new Error(`no route creates ${path}`);
      const answer = await asAlice(route, { ...hers });
      expect([path, answer.status < 300, answer.body]).toEqual([path, true, answer.body]);
    }
  });
});

describe('a route that is not for anyone', () => {
  const guarded = () => routes.filter(({ access }) => needsCaller(access));

  it('asks who calls before anything else, and takes no token that is not ours, now, for this API', async () => {
    const tokens = await wrongTokens();
    expect(guarded().length).toBeGreaterThan(leastOf(30));
    const odd: string[] = [];
    for (const route of guarded())
      for (const [kind, token] of Object.entries(tokens)) {
        const answer = await call(route.method, pathWith(route, { ...hers }), {
          token,
          body: bodyWith(route, herValues),
        });
        if (codeOf(answer) !== '401 UNAUTHENTICATED')
          odd.push(`${nameOf(route)} with ${kind}: ${answerOf(answer)}`);
      }
    expect(odd).toEqual([]);
  });

  it('is for platform admins only where it says so, whatever account one owns', async () => {
    const inner = guarded().filter(({ access }) => isForPlatform(access));
    expect(inner.length).toBeGreaterThan(leastOf(2));
    expect(
      await oddAnswers(inner, '403 FORBIDDEN', (route, other) => asAlice(route, { ...other })),
    ).toEqual([]);
  });
});

/**
 * Alice's tokens, each with one thing wrong; the test first sees that the token without the fault
 * gets in.
 */
async function wrongTokens(): Promise<Record<string, string | undefined>> {
  const { config, database } = system;
  const sealKey = config.deriveKey('signing keys');
  const { kid, privateKey } = await createSigningKeys(
    createSigningKeyRecords({ database, sealKey }),
  ).current();
  const foreign = await generateKeyPair(signingAlgorithm);
  const claims = decodeJwt(alice?.token ?? '');
  const sign = (changes: object, key: CryptoKey = privateKey) =>
    new SignJWT({ ...claims, ...changes })
      .setProtectedHeader({ alg: signingAlgorithm, typ: 'JWT', kid })
      .sign(key);
  expect((await call('get', '/v1/me', { token: await sign({}) })).status).toBe(200);

  const unsigned = [{ alg: 'none', typ: 'JWT' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const now = Math.floor(Date.now() / 1_000);
  return {
    'no token': undefined,
    garbage: 'garbage',
    'no signature': `${unsigned.join('.')}.`,
    'an expired token': await sign({ iat: now - 1_000, exp: now - 1 }),
    'a foreign signature': await sign({}, foreign.privateKey),
    'another issuer': await sign({ iss: 'https://elsewhere.example' }),
    'another audience': await sign({ aud: 'elsewhere' }),
    'a session that is not': await sign({ sid: randomUUID() }),
  };
}
