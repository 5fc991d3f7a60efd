import { createIdentityActivities } from '../../activities/identity/index.js';
import { inviteInputs } from '../../activities/identity/invite.inputs.js';
import { noticeInputs } from '../../activities/identity/notice.inputs.js';
import { otpInputs } from '../../activities/identity/otp.inputs.js';
import type { Senders } from '../../activities/shared/sender.js';
import { codeChannelRecords } from '../../db/identity/code/code-channel.records.js';
import { signingKeyViews } from '../../db/identity/credential/signing-key.views.js';
import { platformAccountId } from '../../db/connection/database.js';
import { channels, identityTaskQueue } from '../../workflows/identity/otp.contract.js';
import type { Part } from '../../processes/part.js';
import type { Resources } from '../process/resources.js';
import { openSenders } from '../process/senders.js';
import { startWorker } from '../process/worker.js';

/** The worker of one-time codes. */
export async function startOtpWorker(resources: Resources): Promise<Part> {
  const { config, database, logger } = resources;
  const senders = openSenders(resources);
  await noteChannels(senders, { database, logger });
  const otpKey = config.deriveKey('one-time codes');
  const activities = createIdentityActivities({
    database,
    otpKey,
    senders,
    inviteKey: config.deriveKey('invites'),
    frontendUrl: config.FRONTEND_URL,
  });
  const taskQueue = resources.queueOf(identityTaskQueue);
  const stopObserving = observeSigningKey(resources);
  const worker = await startWorker(resources, {
    domain: 'identity',
    taskQueue,
    activities,
    inputs: { ...otpInputs, ...noticeInputs, ...inviteInputs },
  });
  return {
    stop: async () => {
      stopObserving();
      await worker.stop();
    },
  };
}

/** An old key says that nobody rotates keys any more. */
function observeSigningKey({
  database,
  metrics,
}: Pick<Resources, 'database' | 'metrics'>): () => void {
  const keys = signingKeyViews(database.reads({ accountId: platformAccountId }));
  return metrics.onScrapeCached(async (put) => {
    const ageSeconds = await keys.ageSeconds();
    if (ageSeconds !== undefined) put('millrace_signing_key_age_seconds', {}, ageSeconds);
  });
}

/**
 * Reports the channels without delivery, in the log and to the API, so the API promises no code
 * there.
 */
export async function noteChannels(
  senders: Senders,
  { database, logger }: Pick<Resources, 'database' | 'logger'>,
): Promise<void> {
  const scope = database.statements({ accountId: platformAccountId });
  await codeChannelRecords(scope).note(
    channels.filter((channel) => senders[channel] !== undefined),
  );
  if (!senders.EMAIL) logger.warn({}, 'no mail is configured (SMTP_URL): nobody gets a code by it');
  if (!senders.SMS)
    logger.warn({}, 'no SMS is configured (SMS_GATEWAY_URL): nobody gets a code by it');
}
