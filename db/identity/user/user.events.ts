import { Type } from 'typebox';
import { channels } from '../../../workflows/identity/otp.contract.js';
import { userStatuses } from '../../../workflows/identity/user.contract.js';
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

const roleChange = {
  ...base,
  payload: Type.Object(
    { user_id: id, principal_id: id, role: Type.Enum(['PLATFORM_ADMIN', 'SUPPORT']) },
    object,
  ),
  example: { user_id: userId, principal_id: userId, role: 'PLATFORM_ADMIN' },
} as const;

export const platformRoleGranted = defineEvent({
  ...roleChange,
  type: 'PLATFORM_ROLE_GRANTED',
  topic: 'identity.user.platform_role_granted',
});

export const platformRoleRevoked = defineEvent({
  ...roleChange,
  type: 'PLATFORM_ROLE_REVOKED',
  topic: 'identity.user.platform_role_revoked',
});

const status = Type.Enum([...userStatuses]);

/** The platform's staff locked, unlocked, disabled or enabled a user. */
export const userStatusChanged = defineEvent({
  ...base,
  type: 'USER_STATUS_CHANGED',
  topic: 'identity.user.status_changed',
  payload: Type.Object({ user_id: id, from: status, to: status }, object),
  example: { user_id: userId, from: 'ACTIVE', to: 'LOCKED' },
});
