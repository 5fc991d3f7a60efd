/** Tells of: identifier.routes, identifier-change.records. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aPhone, anEmail } from '../identity-fixture.js';
import { createIdentityApi, password, type IdentityApi } from '../identity-api.js';
import { callsOf, type Person } from '../member/company-fixture.js';

let api: IdentityApi;
beforeAll(async () => {
  api = await createIdentityApi();
});
afterAll(() => api.drop());

const ask = (person: Person, body: { email: string } | { phone_e164: string }) =>
  callsOf(api, person).post(`/v1/me/identifiers/${'email' in body ? 'email' : 'phone'}`, body);
const verify = (body: object, person?: Person) => {
  const call = api.request.post('/v1/auth/verify-identifier');
  if (person) void call.auth(person.access_token, { type: 'bearer' });
  return call.send(body);
};
const signIn = (username: string) =>
  api.request.post('/v1/auth/login').send({ username, password });
const contactsOf = async (person: Person) => {
  const { user } = (await callsOf(api, person).get('/v1/me').expect(200)).body;
  return [user.email, user.phone_e164, user.verification_state];
};
const noticed = async ({ userId }: Person): Promise<unknown[]> => {
  const { rows } = await api.admin.query(
    `select m.identifier from identity.notice_messages m join identity.notices n using (event_id)
     where n.user_id = $1 and n.kind = 'IDENTIFIER_CHANGED' order by 1`,
    [userId],
  );
  return rows.map(({ identifier }) => identifier);
};
/** The only code to the number or address, from the person's own request. */
const codeOfOwn = (person: Person, channel: 'SMS' | 'EMAIL') =>
  api.sentCode(person.userId, channel);

describe('a further identifier', () => {
  it('is proved by the code with the session alone, and signs in then', async () => {
    const [person, stranger] = [await api.signUp(), await api.signUp()];
    const phone = aPhone();
    const { body } = await ask(person, { phone_e164: phone }).expect(200);
    expect(body).toEqual({ phone_e164: phone, verification_state: 'PENDING', otp_sent_via: 'SMS' });
    const otp = await codeOfOwn(person, 'SMS');
    const proof = { phone_e164: phone, otp };
    await verify(proof).expect(422);
    await verify(proof, stranger).expect(422);
    await signIn(phone).expect(401);
    await verify(proof, person).expect(200);
    await signIn(phone).expect(200);
    expect(await contactsOf(person)).toEqual([person.email, phone, { email: true, phone: true }]);
    const again = await ask(person, { phone_e164: phone }).expect(200);
    expect(again.body).toMatchObject({ verification_state: 'VERIFIED', otp_sent_via: null });
  });

  it('takes the place of the one before with its proof, which is told', async () => {
    const person = await api.signUp();
    const email = anEmail();
    await ask(person, { email }).expect(200);
    expect((await contactsOf(person))[0]).toBe(person.email);
    await signIn(person.email).expect(200);
    await verify({ email, otp: await codeOfOwn(person, 'EMAIL') }, person).expect(200);
    expect((await contactsOf(person))[0]).toBe(email);
    await signIn(person.email).expect(401);
    await signIn(email).expect(200);
    expect(await noticed(person)).toEqual([person.email]);
  });

  it('of somebody else is answered alike, and no code goes out', async () => {
    const [person, holder] = [await api.signUp(), await api.signUp()];
    const codesTo = async (email: string): Promise<number> => {
      const { rows } = await api.admin.query(
        'select count(*)::int as n from identity.token_channels where identifier = $1',
        [email],
      );
      return rows[0].n;
    };
    const before = await codesTo(holder.email);
    const { body } = await ask(person, { email: holder.email }).expect(200);
    expect(body).toEqual({
      email: holder.email,
      verification_state: 'PENDING',
      otp_sent_via: 'EMAIL',
    });
    expect(await codesTo(holder.email)).toBe(before);
    const other = await ask(person, { email: anEmail() }).expect(200);
    expect(Object.keys(other.body)).toEqual(Object.keys(body));
    await ask(person, { email: 'nobody' }).expect(422);
  });

  it('is removed, but for the last', async () => {
    const person = await api.signUp();
    const phone = aPhone();
    const remove = (name: string) => callsOf(api, person).delete(`/v1/me/identifiers/${name}`);
    expect((await remove('email').expect(409)).body.error_code).toBe('LAST_IDENTIFIER');
    await remove('phone').expect(204);
    await ask(person, { phone_e164: phone }).expect(200);
    await remove('email').expect(409);
    await verify({ phone_e164: phone, otp: await codeOfOwn(person, 'SMS') }, person).expect(200);
    await remove('email').expect(204);
    await remove('email').expect(204);
    await signIn(person.email).expect(401);
    await signIn(phone).expect(200);
    expect(await noticed(person)).toContain(person.email);
    await remove('phone').expect(409);
  });
});
