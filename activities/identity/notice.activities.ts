import { ApplicationFailure } from '@temporalio/common';
import { crashPoint } from '../../db/connection/crash-point.js';
import { platformAccountId, type Database } from '../../db/connection/database.js';
import { noticeStore } from '../../db/identity/notice/notice.store.js';
import type { NoticeOutcome } from '../../workflows/identity/notice/notice.contract.js';
import { noticeText } from '../../workflows/identity/notice/notice-text.rules.js';
import { anonymousFailure } from '../shared/provider-failure.js';
import type { Senders } from '../shared/sender.js';

interface NoticeActivityParts {
  database: Pick<Database, 'statements'>;
  senders: Senders;
}

export function createNoticeActivities({ database, senders }: NoticeActivityParts) {
  const notices = noticeStore(database.statements({ accountId: platformAccountId }));
  return {
    listNoticeMessages: (eventId: string): Promise<string[]> => notices.messageIds(eventId),

    /**
     * Hands a message to the channel's provider, once: a retry finds the mark. A retry after the
     * provider took the message but before the mark sends the same message under the same key.
     */
    async sendNotice(eventId: string, messageId: string): Promise<void> {
      const message = await notices.message(eventId, messageId);
      // A deleted user gets no message.
      if (!message || message.isSent) return;
      const { channel, identifier: to, kind, language } = message;
      const sender = senders[channel];
      if (!sender)
        throw ApplicationFailure.nonRetryable(
          'nothing is configured for this channel',
          'CHANNEL_NOT_CONFIGURED',
        );
      const content = noticeText(kind, language);
      await sender
        .send({ idempotencyKey: `notice/${eventId}/${messageId}`, to, ...content })
        .catch((error: unknown) => {
          throw anonymousFailure(error).failure;
        });
      crashPoint('notice.before-mark');
      await notices.markSent(eventId, messageId);
    },

    /** A repeat changes nothing. */
    recordNoticeOutcome: (eventId: string, outcome: NoticeOutcome): Promise<void> =>
      notices.recordOutcome(eventId, outcome),
  };
}
