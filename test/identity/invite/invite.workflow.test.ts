/** Tells of: invite.workflow, invite.store, invite.rules, invite-text.rules. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createIdentityActivities } from '../../../activities/identity/index.js';
import { createMailSender } from '../../../activities/shared/mail.js';
import { createRolePool } from '../../../db/connection/database.js';
import { createInviteSecrets } from '../../../db/secrets/invite-secrets.js';
import { inviteWorkflowId } from '../../../workflows/identity/invite/invite.contract.js';
import { createInviteReaction } from '../../../workers/identity/invite.reaction.js';
import { startTestRelay } from '../../support/processes/relay.js';
import { connectTestTemporal, type TestTemporal } from '../../support/servers/temporal.js';
import { eventually } from '../../support/timing/eventually.js';
import { anEmail, inviteKey, otpKey } from '../identity-fixture.js';
import { createIdentityApi, type IdentityApi } from '../identity-api.js';
import { callsOf, openCompany, type Company } from '../member/company-fixture.js';
import { startMailServer, type Provider } from '../providers-fixture.js';

const secrets = createInviteSecrets(inviteKey);
const frontendUrl = 'https://app.example.com/';

let api: IdentityApi;
let temporal: TestTemporal;
let mail: Provider;
let company: Company;
const closing: (() => Promise<unknown> | void)[] = [];

beforeAll(async () => {
  [api, temporal, mail] = await Promise.all([
    createIdentityApi(),
    connectTestTemporal(),
    startMailServer(),
  ]);
  const sender = createMailSender({ url: mail.url, from: 'Millrace <no-reply@millrace.example>' });
  const { database } = api;
  const { taskQueue } = await temporal.startWorker(
    'identity',
    createIdentityActivities({
      database,
      otpKey,
      inviteKey,
      frontendUrl,
      senders: { EMAIL: sender },
    }),
  );
  const relayPool = createRolePool(api.urls.relay);
  const relay = startTestRelay({ database, relayPool }, [
    createInviteReaction({ temporal, queueOf: () => taskQueue }),
  ]);
  closing.push(
    () => relay.stop(),
    () => relayPool.end(),
    () => sender.close(),
  );
});
beforeEach(async () => {
  Object.assign(mail, { mood: 'takes', attempts: 0, delivered: [] });
  company = await openCompany(api);
});
afterAll(async () => {
  for (const close of closing) await close();
  await temporal.close();
  await Promise.all([mail.close(), api.drop()]);
});

const invite = async (email: string): Promise<string> => {
  const calls = callsOf(api, company.owner);
  const { body } = await calls.post(`${company.path}/members/invite`, { email });
  return body.invite_token_id as string;
};
const handleOf = (inviteId: string) =>
  temporal.client.workflow.getHandle(inviteWorkflowId(inviteId));
const resultOf = (inviteId: string) =>
  eventually(() => handleOf(inviteId).result() as Promise<string>);
const textsTo = (email: string): string[] =>
  mail.delivered
    .filter((message) => message.to === email)
    .map(({ text }) => text.replaceAll(/=?\r?\n/g, ' '));
const received = (email: string, count: number) =>
  eventually(() => {
    expect(textsTo(email)).toHaveLength(count);
    return textsTo(email);
  });
const statusOf = async (inviteId: string) =>
  (await api.admin.query('select status from identity.invites where invite_id = $1', [inviteId]))
    .rows[0]?.status;

describe('an invite’s workflow', () => {
  it('sends a link with the token, once, and ends with the acceptance', async () => {
    const email = anEmail();
    const inviteId = await invite(email);
    const token = secrets.token(inviteId);
    const [text] = await received(email, 1);
    expect(text).toContain('Kibera Water invites you to Millrace as viewer.');
    expect(text).toContain(`https://app.example.com/invite#invite_token=${token}`);
    await api.request
      .post('/v1/org-invites/accept')
      .send({ invite_token: token, email, password: 'correct horse battery' })
      .expect(200);
    expect(await resultOf(inviteId)).toBe('ACCEPTED');
    expect(textsTo(email)).toHaveLength(1);
    const history = JSON.stringify(await handleOf(inviteId).fetchHistory());
    for (const secret of [email, token, secrets.code(inviteId)]) {
      expect(history).not.toContain(secret);
      expect(history).not.toContain(Buffer.from(secret).toString('base64').slice(4, 16));
    }
  });

  it('sends another message where the person is invited again, and ends revoked', async () => {
    const email = anEmail();
    const inviteId = await invite(email);
    await received(email, 1);
    await api.admin.query(
      `update identity.invites set sending_at = now() - interval '1 hour' where invite_id = $1`,
      [inviteId],
    );
    await invite(email);
    await received(email, 2);
    await callsOf(api, company.owner).post(`${company.path}/invites/${inviteId}/revoke`);
    expect(await resultOf(inviteId)).toBe('REVOKED');
  });

  it('reminds before the end, and expires with the event', async () => {
    Object.assign(mail, { mood: 'fails' });
    const email = anEmail();
    const inviteId = await invite(email);
    // The provider is away, so the workflow reads the row again after the change.
    await api.admin.query(
      `update identity.invites set created_at = now() - interval '1 second', expires_at = now() + interval '6 seconds'
       where invite_id = $1`,
      [inviteId],
    );
    await eventually(() => expect(mail.attempts).toBeGreaterThan(0));
    Object.assign(mail, { mood: 'takes' });
    const [, reminder] = await received(email, 2);
    expect(reminder).toContain('is about to end');
    expect(await resultOf(inviteId)).toBe('EXPIRED');
    expect(await statusOf(inviteId)).toBe('EXPIRED');
    const events = await api.events('ORG_INVITE_EXPIRED');
    expect(events.map(({ subject_id: id, account_id }) => [id, account_id])).toEqual([
      [inviteId, company.accountId],
    ]);
  });

  it('goes on where the provider refuses for good: the code still works', async () => {
    Object.assign(mail, { mood: 'refuses' });
    const email = anEmail();
    const inviteId = await invite(email);
    await eventually(() => expect(mail.attempts).toBe(1));
    const guest = await api.signUp(email);
    await callsOf(api, guest)
      .post('/v1/org-invites/accept', { invite_code: secrets.code(inviteId) })
      .expect(200);
    expect(await resultOf(inviteId)).toBe('ACCEPTED');
    expect(mail.attempts).toBe(1);
  });
});
