import { createIdentityActivities } from '../../activities/identity/index.js';
import { otpInputs } from '../../activities/identity/otp.inputs.js';
import { createMailSender } from '../../activities/shared/mail.js';
import { withMailbox } from '../../activities/shared/mailbox.js';
import type { Senders } from '../../activities/shared/sender.js';
import { createSmsSender } from '../../activities/shared/sms.js';
import { required, type Config } from '../../config.js';
import { createCodeChannelRecords } from '../../db/identity/code-channel.records.js';
import { createMailboxRecords } from '../../db/platform/mailbox.records.js';
import { channels, identityTaskQueue } from '../../workflows/identity/otp.contract.js';
import type { Part } from '../shared/part.js';
import type { Resources } from '../shared/resources.js';
import { startWorker } from '../shared/worker.js';

/** The worker that delivers one-time codes. */
export async function startOtpWorker(resources: Resources): Promise<Part> {
  const { config, database, logger } = resources;
  const providers = configuredSenders(config);
  const senders = config.isProduction ? providers : withMailbox(providers, createMailboxRecords({ database }));
  await noteChannels(senders, { database, logger });
  const otpKey = config.deriveKey('one-time codes');
  const activities = createIdentityActivities({ database, otpKey, senders });
  const taskQueue = resources.queueOf(identityTaskQueue);
  return startWorker(resources, { domain: 'identity', taskQueue, activities, inputs: otpInputs });
}

/** Says by which channels nobody gets a code, here and to the API, which promises none by them. */
export async function noteChannels(
  senders: Senders,
  { database, logger }: Pick<Resources, 'database' | 'logger'>,
): Promise<void> {
  await createCodeChannelRecords({ database }).note(channels.filter((channel) => senders[channel] !== undefined));
  if (!senders.EMAIL) logger.warn({}, 'no mail is configured (SMTP_URL): nobody gets a code by it');
  if (!senders.SMS) logger.warn({}, 'no SMS is configured (SMS_GATEWAY_URL): nobody gets a code by it');
}

function configuredSenders(config: Config): Senders {
  const { SMTP_URL: smtpUrl, SMTP_FROM: from, SMS_GATEWAY_URL: smsUrl } = config;
  return {
    ...(smtpUrl === undefined ? {} : { EMAIL: createMailSender({ url: smtpUrl, from }) }),
    ...(smsUrl === undefined
      ? {}
      : {
          SMS: createSmsSender({
            url: smsUrl,
            accountSid: required(config, 'SMS_ACCOUNT_SID'),
            authToken: required(config, 'SMS_AUTH_TOKEN'),
            from: required(config, 'SMS_FROM'),
          }),
        }),
  };
}
