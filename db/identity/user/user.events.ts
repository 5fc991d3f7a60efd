import { Type } from 'typebox';
import { channels } from '../../../workflows/identity/otp.contract.js';
import { defineEvent } from '../../shared/event.js';

const object = { additionalProperties: false } as const;
const id = Type.String({ format: 'uuid' });
const userId = '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f';
const base = { version: 1, subjectType: 'user' } as const;

export const userRegistered = defineEvent({
  ...base,
  type: 'USER_REGISTERED',
  topic: 'identity.user.registered',
  payload: Type.Object({ user_id: id }, object),
  example: { user_id: userId },
});

/** A channel's code came back; the first code also makes the user ACTIVE. */
export const identifierVerified = defineEvent({
  ...base,
  type: 'IDENTIFIER_VERIFIED',
  topic: 'identity.user.identifier_verified',
  payload: Type.Object(
    { user_id: id, principal_id: id, token_id: id, channel: Type.Enum([...channels]) },
    object,
  ),
  example: { user_id: userId, principal_id: userId, token_id: userId, channel: 'SMS' },
});

export const platformRoleGranted = defineEvent({
  ...base,
  type: 'PLATFORM_ROLE_GRANTED',
  topic: 'identity.user.platform_role_granted',
  payload: Type.Object(
    { user_id: id, principal_id: id, role: Type.Enum(['PLATFORM_ADMIN', 'SUPPORT']) },
    object,
  ),
  example: { user_id: userId, principal_id: userId, role: 'PLATFORM_ADMIN' },
});
