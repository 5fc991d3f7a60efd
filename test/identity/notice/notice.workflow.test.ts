/** Tells of: notice.store. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createIdentityActivities } from '../../../activities/identity/index.js';
import { createMailSender } from '../../../activities/shared/mail.js';
import { createSmsSender } from '../../../activities/shared/sms.js';
import { createRolePool, platformAccountId } from '../../../db/connection/database.js';
import { securityNotice } from '../../../db/identity/notice/notice.events.js';
import { noticeStore } from '../../../db/identity/notice/notice.store.js';
import { emitEvents } from '../../../db/shared/outbox.js';
import {
  noticeWorkflowId,
  type NoticeKind,
} from '../../../workflows/identity/notice/notice.contract.js';
import { createNoticeReaction } from '../../../workers/identity/notice.reaction.js';
import { startTestRelay } from '../../support/processes/relay.js';
import { connectTestTemporal, type TestTemporal } from '../../support/servers/temporal.js';
import { eventually } from '../../support/timing/eventually.js';
import {
  aPhone,
  anEmail,
  createIdentityFixture,
  otpKey,
  passwordHash,
  type IdentityFixture,
} from '../identity-fixture.js';
import {
  smsAccount,
  startMailServer,
  startSmsGateway,
  type Provider,
} from '../providers-fixture.js';

let test: IdentityFixture;
let temporal: TestTemporal;
let mail: Provider;
let sms: Provider;
const closing: (() => Promise<unknown> | void)[] = [];

beforeAll(async () => {
  [test, temporal, mail, sms] = await Promise.all([
    createIdentityFixture(),
    connectTestTemporal(),
    startMailServer(),
    startSmsGateway(),
  ]);
  const sender = createMailSender({ url: mail.url, from: 'Millrace <no-reply@millrace.example>' });
  const senders = { EMAIL: sender, SMS: createSmsSender({ url: sms.url, ...smsAccount }) };
  const { database } = test;
  const { taskQueue } = await temporal.startWorker(
    'identity',
    createIdentityActivities({ database, otpKey, inviteKey: otpKey, senders }),
  );
  const relayPool = createRolePool(test.urls.relay);
  const relay = startTestRelay({ database, relayPool }, [
    createNoticeReaction({ database, temporal, queueOf: () => taskQueue }),
  ]);
  closing.push(
    () => relay.stop(),
    () => relayPool.end(),
    () => sender.close(),
  );
});
beforeEach(() => {
  for (const provider of [mail, sms])
    Object.assign(provider, { mood: 'takes', attempts: 0, delivered: [] });
});
afterAll(async () => {
  for (const close of closing) await close();
  await temporal.close();
  await Promise.all([mail.close(), sms.close(), test.drop()]);
});

const platform = { accountId: platformAccountId };
const aUser = async (identifiers: { email?: string; phoneE164?: string }) =>
  (await test.admins.addUser({ identifiers, passwordHash })).userId;

async function tell(userId: string, kind: NoticeKind): Promise<string> {
  const [eventId = ''] = await test.database.transaction(platform, (scope) =>
    emitEvents(scope, [securityNotice(userId, kind)]),
  );
  return eventId;
}
const resultOf = (eventId: string) =>
  eventually(
    () => temporal.client.workflow.getHandle(noticeWorkflowId(eventId)).result() as Promise<string>,
  );
const statusOf = async (eventId: string) =>
  (await test.admin.query('select status from identity.notices where event_id = $1', [eventId]))
    .rows[0]?.status;

describe('a notice', () => {
  it('reaches the proved address once, in the language of its person', async () => {
    const email = anEmail();
    const userId = await aUser({ email, phoneE164: aPhone() });
    await test.admin.query(
      `update identity.users set preferred_language = 'pt-AO' where user_id = $1`,
      [userId],
    );
    const eventId = await tell(userId, 'PASSWORD_CHANGED');
    expect(await resultOf(eventId)).toBe('SENT');
    expect(
      mail.delivered.map(({ to, text }) => ({ to, text: text.replaceAll(/=?\r?\n/g, ' ') })),
    ).toEqual([{ to: email, text: expect.stringContaining('palavra-passe') }]);
    expect(sms.delivered).toEqual([]);
    expect(await statusOf(eventId)).toBe('SENT');
  });

  it('goes to the number where there is no address', async () => {
    const phoneE164 = aPhone();
    const eventId = await tell(await aUser({ phoneE164 }), 'NEW_SIGN_IN');
    expect(await resultOf(eventId)).toBe('SENT');
    expect(sms.delivered).toMatchObject([
      { to: phoneE164, text: expect.stringContaining('signed in') },
    ]);
  });

  it('also reaches an address that was noted with the change', async () => {
    const [before, now] = [anEmail(), anEmail()];
    const userId = await aUser({ email: before });
    const store = noticeStore(test.database.statements(platform));
    const eventId = await test.database.transaction(platform, async (scope) => {
      const [id = ''] = await emitEvents(scope, [securityNotice(userId, 'IDENTIFIER_CHANGED')]);
      await noticeStore(scope).open({ eventId: id, userId, kind: 'IDENTIFIER_CHANGED' });
      return id;
    });
    await test.admin.query('update identity.users set email = $2 where user_id = $1', [
      userId,
      now,
    ]);
    await store.open({ eventId, userId, kind: 'IDENTIFIER_CHANGED' });
    expect(await resultOf(eventId)).toBe('SENT');
    await eventually(async () => {
      if (!mail.delivered.some(({ to }) => to === before)) throw new Error('not told yet');
    });
  });

  it('waits for a provider that is away, and keeps no address in its history', async () => {
    Object.assign(mail, { mood: 'fails' });
    const email = anEmail();
    const eventId = await tell(await aUser({ email }), 'PASSWORD_RESET');
    await eventually(async () => {
      if (mail.attempts < 2) throw new Error('was not tried twice yet');
    });
    Object.assign(mail, { mood: 'takes' });
    expect(await resultOf(eventId)).toBe('SENT');
    const handle = temporal.client.workflow.getHandle(noticeWorkflowId(eventId));
    const history = JSON.stringify(await handle.fetchHistory());
    expect(history).not.toContain(Buffer.from(email).toString('base64').slice(4, 16));
    expect(history).not.toContain(email);
  });

  it('ends as failed where the provider refuses for good', async () => {
    Object.assign(mail, { mood: 'refuses' });
    const eventId = await tell(await aUser({ email: anEmail() }), 'PASSWORD_RESET');
    expect(await resultOf(eventId)).toBe('FAILED');
    expect(await statusOf(eventId)).toBe('FAILED');
  });
});
