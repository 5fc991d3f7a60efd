import { ApplicationFailure } from '@temporalio/common';
import { crashPoint } from '../../db/connection/crash-point.js';
import { platformAccountId, type Database } from '../../db/connection/database.js';
import { inviteStore } from '../../db/identity/invite/invite.store.js';
import { createInviteSecrets } from '../../db/secrets/invite-secrets.js';
import type { InviteStanding } from '../../workflows/identity/invite/invite.contract.js';
import { inviteText } from '../../workflows/identity/invite/invite-text.rules.js';
import { anonymousFailure } from '../shared/provider-failure.js';
import type { Senders } from '../shared/sender.js';

interface InviteActivityParts {
  database: Pick<Database, 'transaction'>;
  /** Derives tokens; must equal the API's key. */
  inviteKey: string;
  /** Address of the application's pages; without an address, messages have the bare token. */
  frontendUrl?: string | undefined;
  senders: Senders;
}

const platform = { accountId: platformAccountId };

export function createInviteActivities({
  database,
  inviteKey,
  frontendUrl,
  senders,
}: InviteActivityParts) {
  const secrets = createInviteSecrets(inviteKey);
  const change = <Result>(work: (invites: ReturnType<typeof inviteStore>) => Promise<Result>) =>
    database.transaction(platform, (scope) => work(inviteStore(scope)));

  /**
   * Hands a message to the channel's provider, once: a retry finds the mark. A retry after the
   * provider took the message but before the mark sends the same message under the same key.
   */
  async function send(inviteId: string, sendingNo: number | null): Promise<void> {
    const message = await change((invites) => invites.message(inviteId));
    // Accepted, revoked or expired meanwhile.
    if (!message) return;
    const isReminder = sendingNo === null;
    if (isReminder ? message.isReminded : message.sentNo >= sendingNo) return;
    const sender = senders[message.channel];
    if (!sender)
      throw ApplicationFailure.nonRetryable(
        'nothing is configured for this channel',
        'CHANNEL_NOT_CONFIGURED',
      );
    const inviteToken = secrets.token(inviteId);
    const access =
      frontendUrl === undefined
        ? inviteToken
        : `${frontendUrl.replace(/\/$/, '')}/invite#invite_token=${inviteToken}`;
    const content = inviteText({ ...message, access, isReminder }, message.language);
    const idempotencyKey = `invite/${inviteId}/${isReminder ? 'reminder' : sendingNo}`;
    await sender
      .send({ idempotencyKey, to: message.identifier, ...content, inviteToken })
      .catch((error: unknown) => {
        throw anonymousFailure(error).failure;
      });
    crashPoint('invite.before-mark');
    await change((invites) => invites.markSent(inviteId, sendingNo));
  }

  return {
    async readInvite(inviteId: string): Promise<InviteStanding> {
      const standing = await change((invites) => invites.standing(inviteId));
      if (!standing) throw ApplicationFailure.nonRetryable('the invite has no row', 'NO_ROW');
      return standing;
    },

    sendInvite: (inviteId: string, sendingNo: number): Promise<void> => send(inviteId, sendingNo),

    sendInviteReminder: (inviteId: string): Promise<void> => send(inviteId, null),

    /** A repeat changes nothing. */
    expireInvite: (inviteId: string): Promise<void> =>
      change((invites) => invites.expire(inviteId)),
  };
}
