import { Type } from 'typebox';
import { channels } from '../../../workflows/identity/otp.contract.js';
import { defineEvent } from '../../shared/event.js';

const object = { additionalProperties: false } as const;
const id = Type.String({ format: 'uuid' });
const channel = Type.Enum([...channels]);
const tokenId = '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f';
const base = { version: 1, subjectType: 'otp' } as const;

/** A code is to be delivered; `channels` in the order of the tries. */
export const otpDeliveryRequested = defineEvent({
  ...base,
  type: 'OTP_DELIVERY_REQUESTED',
  topic: 'identity.otp.delivery_requested',
  payload: Type.Object(
    { token_id: id, user_id: id, channels: Type.Array(channel, { minItems: 1, maxItems: 2 }) },
    object,
  ),
  example: { token_id: tokenId, user_id: tokenId, channels: ['SMS', 'EMAIL'] },
});

export const otpDeliverySent = defineEvent({
  ...base,
  type: 'OTP_DELIVERY_SENT',
  topic: 'identity.otp.delivery_sent',
  payload: Type.Object({ token_id: id, channel }, object),
  example: { token_id: tokenId, channel: 'SMS' },
});

/** No channel's provider took the code. */
export const otpDeliveryFailed = defineEvent({
  ...base,
  type: 'OTP_DELIVERY_FAILED',
  topic: 'identity.otp.delivery_failed',
  payload: Type.Object({ token_id: id }, object),
  example: { token_id: tokenId },
});

/** The code is void: used, or replaced by a newer code. */
export const otpClosed = defineEvent({
  ...base,
  type: 'OTP_CLOSED',
  topic: 'identity.otp.closed',
  payload: Type.Object({ token_id: id, reason: Type.Enum(['USED', 'REVOKED']) }, object),
  example: { token_id: tokenId, reason: 'USED' },
});
