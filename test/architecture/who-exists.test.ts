import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TSchema } from 'typebox';
import { exampleOf } from '../../api/openapi/example.js';
import type { Route } from '../../api/route/route.js';
import { phoneE164 } from '../../api/route/schema.js';
import { otp } from '../../api/identity/registration/user.schemas.js';
import { createRolePool, roleScope } from '../../db/connection/database.js';
import { deviceCredentialViews } from '../../db/devices/access/device-credential.views.js';
import type { Identifiers } from '../../workflows/identity/user.contract.js';
import { createDeviceCredentials } from '../../workers/gateway/credentials.js';
import { createPeers } from '../../workers/gateway/peer.js';
import { createIdentityApi, password, type IdentityApi } from '../identity/identity-api.js';
import { aPhone, anEmail } from '../identity/identity-fixture.js';
import { allRoutes } from '../support/routes/all-routes.js';
import { aDevice, aDeviceId } from '../support/devices/device.js';
import { fieldsOf, nameOf } from '../support/routes/route-calls.js';
import { countWork, type Work, type WorkCounter } from '../support/people/work.js';

/** Routes that tell of people all the same, and the justification. */
const telling: Readonly<Record<string, string>> = {
  'POST /v1/auth/register':
    'who has proved an identifier is refused, so that nobody registers it twice',
  'POST /v1/setup/bootstrap-admin': 'for whoever has the secret of the installation',
  'GET /ui/mailbox.json': 'in development alone',
  'POST /v1/accounts/:account_id/members/invite': 'of members, to members who see them listed',
  'POST /v1/org-invites/accept': 'for whoever has the name of an invite of the very address',
};

interface Keywords {
  format?: string;
  pattern?: string;
}
const patterns = [phoneE164, otp].map((schema) => (Object(schema) as Keywords).pattern);
const namesOfIdentifiers = /(^|_)(email|phone|username|identifier|otp|to)(_|$)/;
/** Whether a field takes an address, a number, a name for signing in, or a code. */
function isIdentifying([name, schema]: [string, TSchema]): boolean {
  const { format, pattern } = schema as Keywords;
  return (
    namesOfIdentifiers.test(name) ||
    ['email', 'idn-email'].includes(format ?? '') ||
    patterns.includes(pattern ?? '')
  );
}
const inputsOf = ({ params, query, body }: Route) =>
  [params, query, body].flatMap((schema) => Object.entries(fieldsOf(schema)));

let work: WorkCounter;
let api: IdentityApi;
beforeAll(async () => {
  work = countWork();
  api = await createIdentityApi({ passwords: work.passwords });
});
afterAll(async () => {
  work.stop();
  await api.drop();
});

const post = (path: string, body: object) => api.request.post(path).send(body);

/** In no example. */
const theirPassword = 'a password that nobody tries';

/** Somebody of each standing, by an address or by a number. */
const standings = [
  'nobody',
  'pending',
  'pending with both',
  'contested',
  'active',
  'locked',
  'disabled',
] as const;
async function somebody(
  standing: (typeof standings)[number],
  by: 'email' | 'phone',
): Promise<Identifiers> {
  const identifiers = by === 'email' ? { email: anEmail() } : { phoneE164: aPhone() };
  if (standing === 'nobody') return identifiers;
  const other = by === 'email' ? { phone_e164: aPhone() } : { email: anEmail() };
  const named = namedIn(['email', 'phone_e164'], identifiers);
  const registration = Object.assign(
    { password: theirPassword },
    named,
    standing === 'pending with both' ? other : {},
  );
  const registered = await post('/v1/auth/register', registration).expect(200);
  if (standing === 'contested')
    await post('/v1/auth/register', { ...named, password: 'another one of the two' }).expect(200);
  if (standing.startsWith('pending') || standing === 'contested') return identifiers;
  const { user_id: userId } = registered.body as { user_id: string };
  const code = await api.sentCode(userId, by === 'email' ? 'EMAIL' : 'SMS');
  await post('/v1/auth/verify-identifier', { ...named, otp: code }).expect(200);
  await api.admin.query('update identity.users set status = $2 where user_id = $1', [
    userId,
    standing.toUpperCase(),
  ]);
  return identifiers;
}

function namedIn(
  fields: readonly string[],
  { email, phoneE164 }: Identifiers,
): Record<string, string | undefined> {
  if (fields.includes('username')) return { username: email ?? phoneE164 };
  return email === undefined ? { phone_e164: phoneE164 } : { email };
}

/** With the fields required by a route, and then with each further field as well. */
function bodiesOf({ body }: Route, identifiers: Identifiers): object[] {
  const fields = fieldsOf(body);
  const { required = [] } = body as { required?: string[] };
  const exampleIn = (name: string) => (fields[name] ? exampleOf(fields[name]) : undefined);
  const named = namedIn(Object.keys(fields), identifiers);
  const needed = Object.assign(
    Object.fromEntries(required.map((name) => [name, exampleIn(name)])),
    named,
  );
  const optional = Object.entries(fields).filter(
    ([name, schema]) => !required.includes(name) && !isIdentifying([name, schema]),
  );
  return [
    needed,
    ...optional.map(([name]) => Object.assign({ [name]: exampleIn(name) ?? 'something' }, needed)),
  ];
}

interface Asked {
  answer: string;
  work: Work;
}

/** The answer to each way of asking, and the cost of the answer. */
async function walk(routes: readonly Route[], identifiers: Identifiers): Promise<Asked[]> {
  const asked: Asked[] = [];
  for (const route of routes)
    for (const body of [
      ...bodiesOf(route, identifiers),
      ...bodiesOf(route, identifiers).slice(0, 1),
    ]) {
      const [response, cost] = await work.during(() => post(route.path, body).then((done) => done));
      const answerBody = Object.assign({}, response.body as object, { request_id: '' });
      asked.push({
        answer: `${nameOf(route)} ${response.status} ${JSON.stringify(answerBody)}`,
        work: cost,
      });
    }
  return asked;
}

/** A code for somebody takes other steps than the rehearsal of a code for nobody, about as many. */
const fewStatements = 4;

describe('every route that takes an address, a number or a code', () => {
  const routesFound = allRoutes().filter((route) => inputsOf(route).some(isIdentifying));
  const silent = routesFound.filter((route) => !(nameOf(route) in telling));

  it('is routesFound by its schema, and those that tell of people are on the list', () => {
    expect(silent.map(nameOf).sort()).toEqual([
      'POST /v1/auth/login',
      'POST /v1/auth/request-identifier-verification',
      'POST /v1/auth/request-password-reset',
      'POST /v1/auth/reset-password',
      'POST /v1/auth/verify-identifier',
      // For a session alone; that of somebody else is answered alike: identifier.routes.test.ts.
      'POST /v1/me/identifiers/email',
      'POST /v1/me/identifiers/phone',
    ]);
    expect(routesFound.map(nameOf)).toEqual(expect.arrayContaining(Object.keys(telling)));
  });

  it.each(['email', 'phone'] as const)(
    'says the same of everybody, after the same work: by %s',
    async (by) => {
      // The first request makes the decoy hash, and prepares statements.
      await walk(silent, await somebody('nobody', by));
      const nobody = await walk(silent, await somebody('nobody', by));
      expect(nobody.length).toBeGreaterThan(6);
      for (const standing of standings) {
        const asked = await walk(silent, await somebody(standing, by));
        expect({ standing, answers: asked.map(({ answer }) => answer) }).toEqual({
          standing,
          answers: nobody.map(({ answer }) => answer),
        });
        for (const [index, { answer, work: done }] of asked.entries()) {
          const least = nobody[index]?.work ?? { statements: [], hashes: NaN };
          expect([standing, answer, done.hashes]).toEqual([standing, answer, least.hashes]);
          const most = answer.includes('request-identifier-verification 200 {"otp_sent_via":"')
            ? fewStatements
            : 0;
          const difference = Math.abs(done.statements.length - least.statements.length);
          if (difference > most)
            expect([standing, answer, done.statements]).toEqual([
              standing,
              answer,
              least.statements,
            ]);
        }
      }
    },
  );

  it('does not tell by tries at one identifier that another goes with it', async () => {
    const [email, phone_e164] = [anEmail(), aPhone()];
    await post('/v1/auth/register', { email, phone_e164, password }).expect(200);
    const verify = (named: object) =>
      post('/v1/auth/verify-identifier', { ...named, otp: '000000' });
    for (let i = 0; i < 5; i += 1) await verify({ phone_e164 }).expect(422);
    await verify({ phone_e164 }).expect(429);
    for (let i = 0; i < 5; i += 1) await verify({ email }).expect(422);
    await verify({ email }).expect(429);
  });
});

describe('register', () => {
  it('takes the same work of passwords for everybody, and says of those who proved nothing the same', async () => {
    const register = (named: object) =>
      work.during(() =>
        post('/v1/auth/register', { ...named, password: 'yet another password' }).then(
          (done) => done,
        ),
      );
    const hashes: Record<string, number> = {};
    for (const standing of standings) {
      const [{ status, body }, { hashes: computed }] = await register(
        namedIn(['email', 'phone_e164'], await somebody(standing, 'email')),
      );
      hashes[standing] = computed;
      const expected = { active: 409, locked: 403, disabled: 403 }[standing as string] ?? 200;
      expect([standing, status, Object.keys(body as object).sort()]).toEqual([
        standing,
        expected,
        (expected === 200
          ? ['otp_sent_via', 'registration_token', 'retry_after_seconds', 'status', 'user_id']
          : ['details', 'error_code', 'message', 'request_id']
        ).sort(),
      ]);
    }
    expect(hashes).toEqual(Object.fromEntries(standings.map((standing) => [standing, 2])));
  });
});

describe('an introduction over MQTT', () => {
  it('costs the same whether there is the device or the account that it names, and is refused alike', async () => {
    const pool = createRolePool(api.urls.ingest, { max: 1 });
    const peers = createPeers({
      credentials: createDeviceCredentials(deviceCredentialViews(roleScope(pool))),
      authenticator: api.authenticator,
      relayPassword: 'a password of the relay',
    });
    const [known, disabled] = [await aDevice(api), await aDevice(api)];
    await api.admin.query(
      "update devices.device_units set provisioning_status = 'DISABLED' where device_id = $1",
      [disabled.deviceId],
    );
    const asDevice = (deviceId: string) => ({
      clientId: deviceId,
      username: deviceId,
      password: 'wrong',
    });
    const asListener = (accountId: string) => ({
      clientId: `${accountId}/app`,
      username: accountId,
      password: 'a.b.c',
    });
    const admit = (
      introduction: Omit<Parameters<ReturnType<typeof createPeers>['admit']>[0], 'isClean'>,
    ) => work.during(() => peers.admit({ ...introduction, isClean: true }));
    const { principalId } = await api.signUp();
    const { rows } = await api.admin.query<{ account_id: string }>(
      'select account_id from identity.access_grants where principal_id = $1',
      [principalId],
    );
    const groups = [
      [aDeviceId(), known.deviceId, disabled.deviceId].map(asDevice),
      ['0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f', rows[0]?.account_id ?? ''].map(asListener),
    ];
    for (const group of groups) {
      await admit(group[0] ?? asDevice(''));
      const answers = [];
      for (const introduction of group) answers.push(await admit(introduction));
      // The broker answers every refusal with one code; the reason is for the log.
      for (const [answer, { statements }] of answers)
        expect([answer, statements.length]).toEqual([
          expect.objectContaining({ reason: 'BAD_CREDENTIALS' }),
          answers[0]?.[1].statements.length,
        ]);
    }
    await pool.end();
  });
});
