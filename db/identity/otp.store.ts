import type { Channel, DeliveryFailure, DeliveryOutcome } from '../../workflows/identity/otp.contract.js';
import type { Database } from '../shared/database.js';
import { createOtpCodes } from '../shared/otp-codes.js';
import { emitEvents } from '../shared/outbox.js';
import { otpDeliveryFailed, otpDeliverySent } from './otp.events.js';
import { Token, TokenChannel } from './otp.model.js';

/** What goes out on a channel. The code lives in the sender's memory only. */
export interface OtpDelivery {
  to: string;
  code: string;
  isSent: boolean;
}

interface DeliveryRow {
  to: string | null;
  nonce: Buffer;
  isSent: boolean;
}

const openDelivery = `
  select coalesce(c.identifier, case c.channel when 'SMS' then u.phone_e164 else u.email::text end) as "to",
    t.nonce, c.sent_at is not null as "isSent"
  from identity.tokens t
  join identity.token_channels c on c.token_id = t.token_id and c.channel = ?
  join identity.users u on u.user_id = t.user_id
  where t.token_id = ? and t.used_at is null and t.revoked_at is null and t.expires_at > now()`;

/** The delivery side of a token; only the workflow's activities write it. */
export function createOtpStore({ database, otpKey }: { database: Database; otpKey: string }) {
  const codes = createOtpCodes(otpKey);
  return {
    /** Undefined when the code is worth nothing any more: used, revoked, expired or of an identifier that is gone. */
    findOpenDelivery: (tokenId: string, channel: Channel): Promise<OtpDelivery | undefined> =>
      database.inPlatform(async (trx) => {
        const { rows } = await trx.raw<{ rows: DeliveryRow[] }>(openDelivery, [channel, tokenId]);
        const row = rows[0];
        if (!row || row.to === null) return undefined;
        const { to, isSent, nonce } = row;
        return { to, isSent, code: codes.derive(tokenId, channel, nonce) };
      }),

    /** The mark and its event, once for a token and channel. */
    markSent: (tokenId: string, channel: Channel, providerMessageId: string): Promise<void> =>
      database.inPlatform(async (trx) => {
        const marked = await TokenChannel.query(trx)
          .patch({ sentAt: trx.fn.now(), providerMessageId, failureReason: null, failureCode: null, failedAt: null })
          .where({ tokenId, channel, sentAt: null });
        if (marked === 0) return;
        const payload = { token_id: tokenId, channel };
        await emitEvents(trx, [otpDeliverySent.of({ accountId: null, subjectId: tokenId, payload })]);
      }),

    /** Why it has not gone out yet; the last try's reason stays, and none where it has gone out. */
    noteFailure: (tokenId: string, channel: Channel, failureReason: DeliveryFailure, code?: string): Promise<void> =>
      database.inPlatform(async (trx) => {
        await TokenChannel.query(trx)
          .patch({ failureReason, failureCode: code ?? null, failedAt: trx.fn.now() })
          .where({ tokenId, channel, sentAt: null });
      }),

    /** The first outcome stays. */
    recordOutcome: (tokenId: string, outcome: DeliveryOutcome): Promise<void> =>
      database.inPlatform(async (trx) => {
        const changed = await Token.query(trx)
          .patch({ deliveryStatus: outcome })
          .where({ tokenId, deliveryStatus: 'QUEUED' });
        if (changed === 0 || outcome !== 'FAILED') return;
        const payload = { token_id: tokenId };
        await emitEvents(trx, [otpDeliveryFailed.of({ accountId: null, subjectId: tokenId, payload })]);
      }),
  };
}

export type OtpStore = ReturnType<typeof createOtpStore>;
