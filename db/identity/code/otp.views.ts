import type { Channel, TokenPurpose } from '../../../workflows/identity/otp.contract.js';
import { boolean, bytes, orNull, text, textOf, uuid } from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import type { OtpCodes } from '../../secrets/otp-codes.js';

/** Message for a channel. The code lives in the sender's memory only. */
interface OtpDelivery {
  to: string;
  purpose: TokenPurpose;
  /** Tag of the recipient's language. */
  language: string;
  code: string;
  isSent: boolean;
}

const openDelivery = query({
  name: 'otp.openDelivery',
  parameters: { tokenId: uuid, channel: textOf<Channel>() },
  row: {
    identifier: orNull(text),
    purpose: textOf<TokenPurpose>(),
    language: text,
    nonce: bytes,
    isSent: boolean,
  },
  text: `select coalesce(c.identifier, case c.channel when 'SMS' then u.phone_e164 else u.email::text end) as identifier,
     t.purpose, coalesce((select r.preferred_language from identity.registrations r
       where r.user_id = t.user_id and r.expires_at > now() order by r.created_at desc limit 1),
       u.preferred_language) as language, t.nonce, c.sent_at is not null as is_sent
   from identity.tokens t
   join identity.token_channels c on c.token_id = t.token_id and c.channel = :channel
   join identity.users u on u.user_id = t.user_id
   where t.token_id = :tokenId and t.used_at is null and t.revoked_at is null and t.expires_at > now()`,
});

export const otpViews = (scope: ReadScope, codes: Pick<OtpCodes, 'derive'>) => ({
  /** Undefined for a void code: used, revoked, expired or of a deleted identifier. */
  async openDelivery(tokenId: string, channel: Channel): Promise<OtpDelivery | undefined> {
    const [row] = await scope.read(openDelivery, { tokenId, channel });
    if (!row || row.identifier === null) return undefined;
    const { identifier: to, purpose, language, isSent, nonce } = row;
    return { to, purpose, language, isSent, code: codes.derive(tokenId, channel, nonce) };
  },
});
