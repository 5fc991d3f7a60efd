/** Tells of: push-token.routes, push-token.records. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { accountRecords } from '../../../db/identity/account/account.records.js';
import { platformAccountId } from '../../../db/connection/database.js';
import { removeDeadToken } from '../../../db/identity/notice/push-token.records.js';
import { pushTokenViews } from '../../../db/identity/notice/push-token.views.js';
import { createPushTokenSecrets } from '../../../db/secrets/push-tokens.js';
import { newId } from '../../../db/shared/id.js';
import { eventually } from '../../support/timing/eventually.js';
import { createIdentityApi, type IdentityApi } from '../identity-api.js';

let api: IdentityApi;
beforeAll(async () => {
  api = await createIdentityApi();
});
afterAll(() => api.drop());

type Person = Awaited<ReturnType<IdentityApi['signUp']>> & { accountId: string };
async function aPerson(): Promise<Person> {
  const person = await api.signUp();
  const { body } = await api.request
    .get('/v1/me')
    .auth(person.access_token, { type: 'bearer' })
    .expect(200);
  return { ...person, accountId: body.org_memberships[0].org_id };
}
const aToken = () => `${newId()}:APA91b_${newId()}`;
const register = ({ access_token, accountId }: Person, token: string, platform = 'ANDROID') =>
  api.request
    .post(`/v1/accounts/${accountId}/push-tokens`)
    .auth(access_token, { type: 'bearer' })
    .send({ platform, token });
const remove = ({ access_token, accountId }: Person, id: string) =>
  api.request
    .delete(`/v1/accounts/${accountId}/push-tokens/${id}`)
    .auth(access_token, { type: 'bearer' });
/** Resolves once the new role is felt. */
async function join(person: Person, accountId: string): Promise<void> {
  await api.database.transaction({ accountId }, (scope) =>
    accountRecords(scope).setRole(person.principalId, 'VIEWER'),
  );
  await eventually(() => remove({ ...person, accountId }, newId()).expect(404));
}
const platform = { accountId: platformAccountId };
const secrets = () => createPushTokenSecrets(api.parts.pushTokenKey);
const tokensOf = async ({ principalId }: Person) => {
  const key = api.parts.pushTokenKey;
  const tokens = await pushTokenViews(api.database.reads(platform), { key }).ofPerson(principalId);
  return tokens.map(({ token }) => token);
};

describe('a push token', () => {
  it('has one id, however often it is registered, and is never answered', async () => {
    const amina = await aPerson();
    const token = aToken();
    const { body } = await register(amina, token).expect(200);
    expect(body).toEqual({ push_token_id: expect.any(String), status: 'ACTIVE' });
    const again = await Promise.all(Array.from({ length: 5 }, () => register(amina, token, 'WEB')));
    expect(again.map((each) => each.body)).toEqual(Array(5).fill(body));
    expect(await tokensOf(amina)).toEqual([token]);
    expect((await register(amina, aToken()).expect(200)).body).not.toEqual(body);
  });

  it('is nowhere in the database as it is', async () => {
    const amina = await aPerson();
    const token = aToken();
    await register(amina, token).expect(200);
    const { rows } = await api.admin.query(
      `select string_agg(x.row, '') as all from (
         select t::text as row from identity.push_tokens t union all select e::text from platform.events e
         union all select l::text from platform.audit_log l union all select k::text from platform.idempotency_keys k) x`,
    );
    expect(rows[0].all.length).toBeGreaterThan(100);
    expect(rows[0].all).not.toContain(token);
    expect(rows[0].all).not.toContain(Buffer.from(token).toString('hex'));
  });

  it('leaves the person before when another registers it, also when both do at once', async () => {
    const [amina, ben] = [await aPerson(), await aPerson()];
    const token = aToken();
    await register(amina, token).expect(200);
    await register(ben, token).expect(200);
    expect([await tokensOf(amina), await tokensOf(ben)]).toEqual([[], [token]]);
    for (let round = 0; round < 5; round += 1) {
      await Promise.all([register(amina, token).expect(200), register(ben, token).expect(200)]);
      const holders = [...(await tokensOf(amina)), ...(await tokensOf(ben))];
      expect(holders).toEqual([token]);
    }
  });

  it('may be one person’s in several accounts, and is sent to once', async () => {
    const [amina, ben] = [await aPerson(), await aPerson()];
    await join(ben, amina.accountId);
    const token = aToken();
    await register(ben, token).expect(200);
    await register({ ...ben, accountId: amina.accountId }, token).expect(200);
    expect(await tokensOf(ben)).toEqual([token]);
    const { rows } = await api.admin.query(
      'select from identity.push_tokens where principal_id = $1',
      [ben.principalId],
    );
    expect(rows).toHaveLength(2);
  });

  it('is removed by its person alone', async () => {
    const [amina, ben] = [await aPerson(), await aPerson()];
    await join(ben, amina.accountId);
    const { push_token_id: id } = (await register(amina, aToken()).expect(200)).body;
    const benThere = { ...ben, accountId: amina.accountId };
    expect((await remove(benThere, id).expect(403)).body.error_code).toBe('FORBIDDEN');
    expect((await remove(ben, id).expect(404)).body.error_code).toBe('RESOURCE_NOT_FOUND');
    await remove(amina, newId()).expect(404);
    expect((await remove(amina, id).expect(200)).body).toEqual({ status: 'OK' });
    await remove(amina, id).expect(404);
    expect(await tokensOf(amina)).toEqual([]);
  });

  it('is one of twenty: a further one takes the place of the oldest', async () => {
    const amina = await aPerson();
    const tokens = Array.from({ length: 21 }, aToken);
    for (const token of tokens) await register(amina, token).expect(200);
    expect((await tokensOf(amina)).sort()).toEqual(tokens.slice(1).sort());
  });

  it('goes from every account once no phone has it any more', async () => {
    const [amina, ben] = [await aPerson(), await aPerson()];
    await join(ben, amina.accountId);
    const token = aToken();
    await register(ben, token).expect(200);
    await register({ ...ben, accountId: amina.accountId }, token).expect(200);
    await removeDeadToken(api.database.statements(platform), secrets().hash(token));
    expect(await tokensOf(ben)).toEqual([]);
  });

  it('is visible text of a known platform', async () => {
    const amina = await aPerson();
    const wrong = ['', ' ', 'two words', 'new\nline', 'nul\u0000', 'é', 'x'.repeat(1_001)];
    for (const token of wrong) await register(amina, token).expect(422);
    await register(amina, 'x', 'FAX').expect(422);
    await register(amina, 'x'.repeat(1_000)).expect(200);
    await register({ ...amina, accountId: newId() }, 'x').expect(403);
    await api.request
      .post(`/v1/accounts/${amina.accountId}/push-tokens`)
      .send({ platform: 'WEB', token: 'x' })
      .expect(401);
  });
});
