import { createIdentityActivities } from '../../activities/identity/index.js';
import type { Sender } from '../../activities/shared/sender.js';
import {
  closeOtp,
  otpWorkflowId,
  otpWorkflowType,
  type OtpInput,
} from '../../workflows/identity/otp.contract.js';
import {
  aPhone,
  anEmail,
  createIdentityFixture,
  otpKey,
  passwordHash,
} from '../identity/identity-fixture.js';
import { eventually } from '../support/timing/eventually.js';
import type { TestTemporal } from '../support/servers/temporal.js';
import type { Played } from './recording.js';

const isDown = (): Promise<string> => Promise.reject(new Error('down'));

/**
 * The code is sent; the provider fails at first; the phone's provider stays down and mail takes
 * over, or both are asked in turns; the code is used before.
 */
export async function play(temporal: TestTemporal): Promise<Played> {
  const test = await createIdentityFixture();
  const tries = new Map<string, number>();
  /** Answers from the given try of a message on. */
  const takesFrom = (nth: number): Sender => ({
    send: ({ to }) => {
      tries.set(to, (tries.get(to) ?? 0) + 1);
      return (tries.get(to) ?? 0) >= nth ? Promise.resolve('taken') : isDown();
    },
  });

  async function startOtp(
    sender: { SMS?: Sender; EMAIL?: Sender },
    channels: OtpInput['channels'],
  ) {
    const activities = createIdentityActivities({
      database: test.database,
      otpKey,
      inviteKey: otpKey,
      senders: sender,
    });
    const { taskQueue } = await temporal.startWorker('identity', activities);
    const { userId } = await test.users.register({
      identifiers: { email: anEmail(), phoneE164: aPhone() },
      passwordHash,
    });
    const { token_id: tokenId } = await test.newestToken(userId);
    const input: OtpInput = { tokenId, channels, channelBudgetMs: 2_500 };
    return temporal.client.workflow.start(otpWorkflowType, {
      taskQueue,
      workflowId: otpWorkflowId(tokenId),
      args: [input],
    });
  }

  const sent = await startOtp({ SMS: takesFrom(1) }, ['SMS']);
  const failsFirst = await startOtp({ SMS: takesFrom(2) }, ['SMS']);
  const fallsBack = await startOtp({ SMS: takesFrom(99), EMAIL: takesFrom(1) }, ['SMS', 'EMAIL']);
  const inTurns = await startOtp({ SMS: takesFrom(4), EMAIL: takesFrom(99) }, ['SMS', 'EMAIL']);
  const closed = await startOtp({ SMS: takesFrom(98) }, ['SMS']);
  await eventually(async () => {
    const { raw } = await closed.describe();
    if (!raw.pendingActivities?.some(({ attempt }) => Number(attempt) > 1))
      throw new Error('was not tried yet');
  });
  await closed.signal(closeOtp, 'USED');
  const played = {
    sent,
    closed,
    'provider-fails-first': failsFirst,
    'falls-back': fallsBack,
    'in-turns': inTurns,
  };
  await Promise.all(Object.values(played).map((handle) => handle.result()));
  await test.drop();
  return played;
}
