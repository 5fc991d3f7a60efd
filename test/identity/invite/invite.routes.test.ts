/** Tells of: invite.routes, invite.records, invite.views. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { maxPendingInvites } from '../../../workflows/identity/invite/invite.contract.js';
import { aPhone, anEmail } from '../identity-fixture.js';
import { createIdentityApi, type IdentityApi } from '../identity-api.js';
import { callsOf, openCompany, type Company } from '../member/company-fixture.js';
import { aReservoir } from '../../support/water/market.js';

let api: IdentityApi;
let company: Company;
beforeAll(async () => {
  api = await createIdentityApi();
});
beforeEach(async () => {
  company = await openCompany(api);
});
afterAll(() => api.drop());

const invite = (person = company.owner, body: object = {}) =>
  callsOf(api, person).post(`${company.path}/members/invite`, body);
const currentInvites = async () =>
  (await callsOf(api, company.owner).get(`${company.path}/invites`).expect(200)).body.items;
const eventsOf = async (type: string): Promise<unknown[]> =>
  (await api.events(type))
    .filter(({ account_id: id }) => id === company.accountId)
    .map(({ payload }) => payload);
/** As after so many seconds. */
const passed = (seconds: number) =>
  api.admin.query(
    `update identity.invites set sending_at = sending_at - make_interval(secs => $2),
       expires_at = expires_at - make_interval(secs => $2) where account_id = $1`,
    [company.accountId, seconds],
  );

describe('an invite', () => {
  it('is made for an address in normal form, listed with its state, and taken back', async () => {
    const email = anEmail();
    const { body } = await invite(company.owner, {
      email: ` ${email.toUpperCase()} `,
      proposed_role: 'OPERATOR',
    }).expect(201);
    expect(body).toEqual({
      invite_token_id: expect.any(String),
      invite_code: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/),
      status: 'PENDING',
      expires_at: expect.any(String),
    });
    expect(Date.parse(body.expires_at) - Date.now()).toBeGreaterThan(6.9 * 86_400_000);
    expect(await currentInvites()).toEqual([
      {
        invite_token_id: body.invite_token_id,
        email,
        phone_e164: null,
        proposed_role: 'OPERATOR',
        site_ids: null,
        status: 'PENDING',
        created_at: expect.any(String),
        expires_at: body.expires_at,
      },
    ]);
    const revoke = (id: string) =>
      callsOf(api, company.owner).post(`${company.path}/invites/${id}/revoke`);
    await revoke(body.invite_token_id).expect(200, { status: 'OK' });
    await revoke(body.invite_token_id).expect(200, { status: 'OK' });
    await revoke(randomUUID()).expect(404);
    expect(await currentInvites()).toMatchObject([{ status: 'REVOKED' }]);
    const payload = {
      account_id: company.accountId,
      invite_token_id: body.invite_token_id,
      role: 'OPERATOR',
    };
    expect(await eventsOf('ORG_INVITE_SENT')).toEqual([payload]);
    expect(await eventsOf('ORG_INVITE_REVOKED')).toEqual([payload]);
  });

  it('is the same again, with the newest role, and another message only after a while', async () => {
    const target = { phone_e164: aPhone() };
    const first = await invite(company.owner, target).expect(201);
    const again = await invite(company.owner, { ...target, proposed_role: 'MEMBER' }).expect(200);
    expect(again.body).toEqual(first.body);
    expect(await eventsOf('ORG_INVITE_SENT')).toHaveLength(1);
    await passed(3_600);
    await invite(company.owner, { ...target, proposed_role: 'MANAGER' }).expect(200);
    expect(await eventsOf('ORG_INVITE_SENT')).toHaveLength(2);
    expect(await currentInvites()).toMatchObject([{ proposed_role: 'MANAGER', status: 'PENDING' }]);
  });

  it('that is dead blocks nothing', async () => {
    const target = { email: anEmail() };
    const first = await invite(company.owner, target).expect(201);
    await passed(8 * 86_400);
    expect(await currentInvites()).toMatchObject([{ status: 'EXPIRED' }]);
    const second = await invite(company.owner, target).expect(201);
    expect(second.body.invite_token_id).not.toBe(first.body.invite_token_id);
    expect(await eventsOf('ORG_INVITE_EXPIRED')).toHaveLength(1);
  });

  it('is for nobody above the own role, and for no member', async () => {
    const [manager, viewer] = [await company.join('MANAGER'), await company.join('VIEWER')];
    await invite(viewer, { email: anEmail() }).expect(403);
    const tooHigh = await invite(manager, { email: anEmail(), proposed_role: 'ADMIN' }).expect(403);
    expect(tooHigh.body.details).toMatchObject({ reason: 'ROLE_ABOVE_OWN', role: 'MANAGER' });
    const { body } = await invite(company.owner, {
      email: anEmail(),
      proposed_role: 'OWNER',
    }).expect(201);
    const path = `${company.path}/invites/${body.invite_token_id}/revoke`;
    await callsOf(api, manager).post(path).expect(403);
    const member = await invite(manager, { email: viewer.email }).expect(409);
    expect(member.body.details).toMatchObject({ reason: 'ALREADY_MEMBER' });
    await invite(manager, {}).expect(422);
    await invite(manager, { email: anEmail(), phone_e164: aPhone() }).expect(422);
    await invite(manager, { email: 'ámina@example.com' }).expect(422);
  });

  it('names sites of the account alone', async () => {
    await aReservoir(api.admin, company.accountId);
    const { rows } = await api.admin.query(
      'select site_id from water.sites where account_id = $1',
      [company.accountId],
    );
    const siteIds = [rows[0].site_id as string];
    await invite(company.owner, { email: anEmail(), site_ids: [randomUUID()] }).expect(404);
    await invite(company.owner, { email: anEmail(), site_ids: [] }).expect(422);
    await invite(company.owner, { email: anEmail(), site_ids: siteIds }).expect(201);
    expect(await currentInvites()).toMatchObject([{ site_ids: siteIds }]);
  });

  it('is one of a bounded number', async () => {
    await api.admin.query(
      `insert into identity.invites (account_id, invite_id, channel, identifier, role, token_hash, code_hash, invited_by, expires_at)
       select $1::uuid, h.id, 'EMAIL', h.id || '@example.com', 'VIEWER', sha256(h.id::text::bytea), sha256(h.id::text::bytea),
         $2, now() + interval '1 day' from generate_series(1, $3), lateral (select gen_random_uuid() as id, generate_series) h`,
      [company.accountId, company.owner.principalId, maxPendingInvites],
    );
    const refused = await invite(company.owner, { email: anEmail() }).expect(409);
    expect(refused.body.error_code).toBe('INVITE_LIMIT_REACHED');
  });

  it('is one, of thirty at once', async () => {
    const target = { email: anEmail() };
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => invite(company.owner, target)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => body.invite_token_id)).size).toBe(1);
    expect(await eventsOf('ORG_INVITE_SENT')).toHaveLength(1);
  });
});
