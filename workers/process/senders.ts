import { createMailSender } from '../../activities/shared/mail.js';
import { withMailbox } from '../../activities/shared/mailbox.js';
import { createPushSender } from '../../activities/shared/push.js';
import type { ServiceAccount } from '../../activities/shared/push-access.js';
import type { Sender, Senders } from '../../activities/shared/sender.js';
import { createSmsSender } from '../../activities/shared/sms.js';
import { required, type Config } from '../../config.js';
import { ConfigError } from '../../processes/startup-failure.js';
import { platformAccountId } from '../../db/connection/database.js';
import { removeDeadToken } from '../../db/identity/notice/push-token.records.js';
import { mailboxRecords } from '../../db/notifications/mailbox.records.js';
import { createPushTokenSecrets } from '../../db/secrets/push-tokens.js';
import type { Resources } from './resources.js';

type SenderParts = Pick<Resources, 'config' | 'database'>;

/** The configured ways to people; in development each also leads to the mailbox. */
export function openSenders({ config, database }: SenderParts): Senders {
  const { isProduction } = config;
  const senders = { ...mailOf(config), ...smsOf(config), ...pushesOf({ config, database }) };
  const scope = database.statements({ accountId: platformAccountId });
  return isProduction ? senders : withMailbox(senders, mailboxRecords(scope));
}

type SendersOf<Channel extends keyof Senders> = { [Name in Channel]?: Sender };

function mailOf({ SMTP_URL: url, SMTP_FROM: from }: Config): SendersOf<'EMAIL'> {
  return url === undefined ? {} : { EMAIL: createMailSender({ url, from }) };
}

function smsOf(config: Config): SendersOf<'SMS'> {
  const { SMS_GATEWAY_URL: url } = config;
  if (url === undefined) return {};
  const sender = createSmsSender({
    url,
    accountSid: required(config, 'SMS_ACCOUNT_SID'),
    authToken: required(config, 'SMS_AUTH_TOKEN'),
    from: required(config, 'SMS_FROM'),
  });
  return { SMS: sender };
}

function pushesOf({ config, database }: SenderParts): SendersOf<'PUSH'> {
  const { FIREBASE_SERVICE_ACCOUNT: account, FCM_URL: url } = config;
  if (account === undefined) return {};
  const secrets = createPushTokenSecrets(config.deriveKey('push tokens'));
  const scope = database.statements({ accountId: platformAccountId });
  const sender = createPushSender({
    url,
    account: serviceAccountOf(account),
    onDeadToken: (token) => removeDeadToken(scope, secrets.hash(token)),
  });
  return { PUSH: sender };
}

const fields = ['project_id', 'client_email', 'private_key', 'token_uri'] as const;

function serviceAccountOf(json: string): ServiceAccount {
  const account = parsed(json);
  const missing = fields.filter((name) => typeof account[name] !== 'string');
  if (missing.length > 0)
    throw new ConfigError(`FIREBASE_SERVICE_ACCOUNT: has no ${missing.join(', ')}`);
  return account as unknown as ServiceAccount;
}

function parsed(json: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(json)) as Record<string, unknown>;
  } catch {
    throw new ConfigError('FIREBASE_SERVICE_ACCOUNT: is not JSON');
  }
}
