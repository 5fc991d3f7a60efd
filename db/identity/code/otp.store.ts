import type {
  Channel,
  DeliveryFailure,
  DeliveryOutcome,
} from '../../../workflows/identity/otp.contract.js';
import { orNull, text, textOf, uuid } from '../../connection/column.js';
import type { WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { change, emitEvents, runChange } from '../../shared/outbox.js';
import { otpDeliveryFailed, otpDeliverySent } from './otp.events.js';

const way = { tokenId: uuid, channel: textOf<Channel>() };

const sentMark = change({
  name: 'otp.markSent',
  parameters: { ...way, providerMessageId: text },
  row: { tokenId: uuid },
  text: `update identity.token_channels c set sent_at = now(), provider_message_id = :providerMessageId,
     failure_reason = null, failure_code = null, failed_at = null
   where c.token_id = :tokenId and c.channel = :channel and c.sent_at is null returning c.token_id`,
});

const failureNote = query({
  name: 'otp.noteFailure',
  parameters: { ...way, reason: textOf<DeliveryFailure>(), code: orNull(text) },
  text: `update identity.token_channels c set failure_reason = :reason, failure_code = :code, failed_at = now()
   where c.token_id = :tokenId and c.channel = :channel and c.sent_at is null`,
});

const firstOutcome = query({
  name: 'otp.recordOutcome',
  parameters: { tokenId: uuid, outcome: textOf<DeliveryOutcome>() },
  row: { tokenId: uuid },
  text: `update identity.tokens t set delivery_status = :outcome
   where t.token_id = :tokenId and t.delivery_status = 'QUEUED' returning t.token_id`,
});

/** The delivery side of a token; only activities write here. */
export const otpStore = (scope: WriteScope) => ({
  /** Stores the mark and the event, once for a token and channel. */
  async markSent(tokenId: string, channel: Channel, providerMessageId: string): Promise<void> {
    const payload = { token_id: tokenId, channel };
    await runChange(scope, sentMark, { tokenId, channel, providerMessageId }, [
      otpDeliverySent.of({ accountId: null, subjectId: tokenId, payload }),
    ]);
  },

  /**
   * Notes why a code has not gone out yet; the last try's reason stays, and is cleared when the
   * code goes out.
   */
  async noteFailure(
    tokenId: string,
    channel: Channel,
    { reason, code = null }: { reason: DeliveryFailure; code?: string | null | undefined },
  ): Promise<void> {
    await scope.run(failureNote, { tokenId, channel, reason, code });
  },

  /** The first outcome stays. */
  async recordOutcome(tokenId: string, outcome: DeliveryOutcome): Promise<void> {
    const changed = await scope.run(firstOutcome, { tokenId, outcome });
    if (changed.length === 0 || outcome !== 'FAILED') return;
    const payload = { token_id: tokenId };
    await emitEvents(scope, [
      otpDeliveryFailed.of({ accountId: null, subjectId: tokenId, payload }),
    ]);
  },
});
