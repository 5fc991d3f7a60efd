import { Type } from 'typebox';
import { defineEvent } from '../../shared/event.js';

const object = { additionalProperties: false } as const;
const id = Type.String({ format: 'uuid' });
const userId = '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f';
const base = { version: 1, subjectType: 'user' } as const;

/** Somebody named an identifier; whether a user has proved it is looked up afterwards. */
export const passwordResetRequested = defineEvent({
  ...base,
  type: 'PASSWORD_RESET_REQUESTED',
  subjectType: 'password_reset',
  topic: 'identity.user.password_reset_requested',
  payload: Type.Object({ request_id: id }, object),
  example: { request_id: userId },
});

/** By a code, without the old password. */
export const passwordReset = defineEvent({
  ...base,
  type: 'PASSWORD_RESET',
  topic: 'identity.user.password_reset',
  payload: Type.Object({ user_id: id }, object),
  example: { user_id: userId },
});

/** By the user, with the old password. */
export const passwordChanged = defineEvent({
  ...base,
  type: 'PASSWORD_CHANGED',
  topic: 'identity.user.password_changed',
  payload: Type.Object({ user_id: id }, object),
  example: { user_id: userId },
});
