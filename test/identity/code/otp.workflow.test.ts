/** Tells of: otp.store. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createIdentityActivities } from '../../../activities/identity/index.js';
import { createMailSender } from '../../../activities/shared/mail.js';
import { withMailbox } from '../../../activities/shared/mailbox.js';
import type { Senders } from '../../../activities/shared/sender.js';
import { createSmsSender } from '../../../activities/shared/sms.js';
import { mailboxRecords } from '../../../db/notifications/mailbox.records.js';
import { mailboxViews } from '../../../db/notifications/mailbox.views.js';
import { createRolePool, platformAccountId } from '../../../db/connection/database.js';
import {
  otpWorkflowId,
  otpWorkflowType,
  type OtpInput,
} from '../../../workflows/identity/otp.contract.js';
import { createOtpReaction } from '../../../workers/identity/otp.reaction.js';
import { eventually } from '../../support/timing/eventually.js';
import { startTestRelay } from '../../support/processes/relay.js';
import { connectTestTemporal, type TestTemporal } from '../../support/servers/temporal.js';
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
let taskQueue: string;
const closing: (() => Promise<unknown> | void)[] = [];

beforeAll(async () => {
  [test, temporal, mail, sms] = await Promise.all([
    createIdentityFixture(),
    connectTestTemporal(),
    startMailServer(),
    startSmsGateway(),
  ]);
  const sender = createMailSender({ url: mail.url, from: 'Millrace <no-reply@millrace.example>' });
  const senders: Senders = { EMAIL: sender, SMS: createSmsSender({ url: sms.url, ...smsAccount }) };
  const { database } = test;
  const activities = createIdentityActivities({
    database,
    otpKey,
    inviteKey: otpKey,
    senders: withMailbox(
      senders,
      mailboxRecords(database.statements({ accountId: platformAccountId })),
    ),
  });
  ({ taskQueue } = await temporal.startWorker('identity', activities));
  const relayPool = createRolePool(test.urls.relay);
  const relay = startTestRelay({ database, relayPool }, [
    createOtpReaction({ temporal, queueOf: () => taskQueue }),
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

async function register(identifiers: { email?: string; phoneE164?: string }) {
  const { userId } = await test.users.register({ identifiers, passwordHash });
  const { token_id: tokenId } = await test.newestToken(userId);
  return { userId, tokenId, handle: temporal.client.workflow.getHandle(otpWorkflowId(tokenId)) };
}
const resultOf = (tokenId: string) =>
  eventually(
    () => temporal.client.workflow.getHandle(otpWorkflowId(tokenId)).result() as Promise<string>,
  );
const statusOf = async (tokenId: string) =>
  (
    await test.admin.query('select delivery_status from identity.tokens where token_id = $1', [
      tokenId,
    ])
  ).rows[0]?.delivery_status;

/** An operator's view of a code that has not gone out. */
const failuresOf = async (tokenId: string) =>
  (
    await test.admin.query<{
      channel: string;
      failure_reason: string | null;
      failure_code: string | null;
    }>(
      `select channel, failure_reason, failure_code from identity.token_channels where token_id = $1
         and (failure_reason is null) = (failed_at is null) order by position`,
      [tokenId],
    )
  ).rows.map(({ channel, failure_reason, failure_code }) => [
    channel,
    failure_reason,
    failure_code,
  ]);

describe('the delivery of a code', () => {
  it('reaches the mail server once, and the code in it verifies', async () => {
    const email = anEmail();
    const { userId, tokenId } = await register({ email });
    expect(await resultOf(tokenId)).toBe('SENT');
    expect(mail.delivered).toEqual([
      {
        to: email,
        text: expect.stringContaining('for 10 minutes'),
        key: `<otp.${tokenId}.EMAIL@millrace>`,
      },
    ]);
    const [code] = /\d{6}/.exec(mail.delivered[0]?.text ?? '') ?? [];
    expect(await test.verifications.verify({ email }, String(code))).toMatchObject({
      userId,
      status: 'ACTIVE',
    });
    expect(await statusOf(tokenId)).toBe('SENT');
    expect(
      (await test.events('OTP_DELIVERY_SENT')).filter(({ subject_id: id }) => id === tokenId),
    ).toHaveLength(1);
    const [message] = await mailboxViews(
      test.database.reads({ accountId: platformAccountId }),
    ).list(email, 10);
    expect(message).toMatchObject({
      channel: 'EMAIL',
      to: email,
      otp: code,
      text: mail.delivered[0]?.text.trim(),
    });
  });

  it('goes by phone first, and to nobody else', async () => {
    const identifiers = { email: anEmail(), phoneE164: aPhone() };
    const { tokenId } = await register(identifiers);
    expect(await resultOf(tokenId)).toBe('SENT');
    expect(sms.delivered).toEqual([
      { to: identifiers.phoneE164, text: expect.any(String), key: `otp/${tokenId}/SMS` },
    ]);
    expect(mail.attempts).toBe(0);
  });

  it('asks a failing provider again', async () => {
    mail.mood = 'fails';
    const { tokenId } = await register({ email: anEmail() });
    await eventually(() => expect(mail.attempts).toBeGreaterThan(0));
    await eventually(async () =>
      expect(await failuresOf(tokenId)).toEqual([['EMAIL', 'PROVIDER_FAILED', 'EENVELOPE']]),
    );
    mail.mood = 'takes';
    expect(await resultOf(tokenId)).toBe('SENT');
    expect(mail.delivered).toHaveLength(1);
    expect(await failuresOf(tokenId)).toEqual([['EMAIL', null, null]]);
  });

  it('falls back to mail when the phone is refused', async () => {
    sms.mood = 'refuses';
    const { tokenId, userId } = await register({ email: anEmail(), phoneE164: aPhone() });
    expect(await resultOf(tokenId)).toBe('SENT');
    expect(sms.attempts).toBe(1);
    expect(mail.delivered[0]?.text).toContain(await test.sentCode(userId, 'EMAIL'));
    expect(await failuresOf(tokenId)).toEqual([
      ['SMS', 'PROVIDER_REFUSED', 'HTTP_400'],
      ['EMAIL', null, null],
    ]);
  });

  it('falls back when a channel has used its time, takes turns, and fails when the code has expired', async () => {
    sms.mood = mail.mood = 'fails';
    const { tokenId, handle: own } = await register({ email: anEmail(), phoneE164: aPhone() });
    await eventually(() => expect(sms.attempts).toBeGreaterThan(0));
    await own.terminate();
    const input: OtpInput = { tokenId, channels: ['SMS', 'EMAIL'], channelBudgetMs: 4_000 };
    const options = { taskQueue, workflowId: `${otpWorkflowId(tokenId)}/short`, args: [input] };
    const handle = await temporal.client.workflow.start(otpWorkflowType, options);
    await eventually(() => expect(mail.attempts).toBeGreaterThan(0));
    const before = sms.attempts;
    await eventually(() => expect(sms.attempts).toBeGreaterThan(before));
    await test.admin.query('update identity.tokens set expires_at = now() where token_id = $1', [
      tokenId,
    ]);
    expect(await handle.result()).toBe('FAILED');
    expect(await statusOf(tokenId)).toBe('FAILED');
    expect(
      (await test.events('OTP_DELIVERY_FAILED')).filter(({ subject_id: id }) => id === tokenId),
    ).toHaveLength(1);
  });

  it('stops at once when a newer code takes its place', async () => {
    mail.mood = 'fails';
    const email = anEmail();
    const { tokenId, userId, handle } = await register({ email });
    // By the fourth try the pause is eight seconds: the signal ends the pause, rather than a try
    // that finds the code revoked.
    await eventually(() => expect(mail.attempts).toBeGreaterThanOrEqual(4));
    await test.users.requestVerification({ email });
    expect(await resultOf(tokenId)).toBe('CLOSED');
    const { events } = await handle.fetchHistory();
    expect(events?.some((event) => event.activityTaskCancelRequestedEventAttributes)).toBe(true);
    expect(events?.some((event) => event.activityTaskCompletedEventAttributes)).toBe(false);
    expect(await statusOf(tokenId)).toBe('CLOSED');
    mail.mood = 'takes';
    expect(await resultOf((await test.newestToken(userId)).token_id)).toBe('SENT');
    expect(mail.delivered).toHaveLength(1);
  });

  it('sends nothing for a code that is used, revoked or expired by then', async () => {
    const { userId, tokenId } = await register({ email: anEmail() });
    await resultOf(tokenId);
    await test.admin.query('update identity.tokens set expires_at = now() where user_id = $1', [
      userId,
    ]);
    const options = {
      taskQueue,
      workflowId: `${otpWorkflowId(tokenId)}/late`,
      args: [{ tokenId, channels: ['EMAIL'], channelBudgetMs: 60_000 }],
    };
    expect(await temporal.client.workflow.execute(otpWorkflowType, options)).toBe('CLOSED');
    expect(mail.delivered).toHaveLength(1);
  });

  it('keeps code, address and provider words out of its history', async () => {
    mail.mood = 'fails';
    const email = anEmail();
    const { userId, tokenId, handle } = await register({ email });
    await eventually(() => expect(mail.attempts).toBeGreaterThan(1));
    mail.mood = 'takes';
    await resultOf(tokenId);
    const code = await test.sentCode(userId, 'EMAIL');
    const history = JSON.stringify(
      [await handle.fetchHistory(), await handle.describe()],
      (_key, value: unknown) =>
        value instanceof Uint8Array
          ? Buffer.from(value).toString()
          : typeof value === 'bigint'
            ? String(value)
            : value,
    );
    expect(history).toContain(tokenId);
    expect(history).toContain('identity');
    for (const secret of [email, `"${code}"`, 'not now']) expect(history).not.toContain(secret);
  });

  it('is started once, however often its event is relayed', async () => {
    const { tokenId, userId } = await register({ email: anEmail() });
    expect(await resultOf(tokenId)).toBe('SENT');
    const again = createOtpReaction({ temporal, queueOf: () => taskQueue });
    const event = (
      await test.admin.query(
        "select payload from platform.events where event_type = 'OTP_DELIVERY_REQUESTED' and subject_id = $1",
        [tokenId],
      )
    ).rows[0];
    await again?.on['OTP_DELIVERY_REQUESTED']?.(event);
    await again?.on['OTP_CLOSED']?.({ ...event, payload: { token_id: tokenId, reason: 'USED' } });
    await test.verifications.verify(
      { email: mail.delivered[0]?.to },
      await test.sentCode(userId, 'EMAIL'),
    );
    expect(mail.delivered).toHaveLength(1);
  });
});
