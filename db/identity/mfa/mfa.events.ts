import { Type } from 'typebox';
import { mfaChanges } from '../../../workflows/identity/mfa/mfa.contract.js';
import { defineEvent } from '../../shared/event.js';

const id = Type.String({ format: 'uuid' });
const userId = '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f';

export const mfaChanged = defineEvent({
  version: 1,
  subjectType: 'user',
  type: 'MFA_CHANGED',
  topic: 'identity.user.mfa_changed',
  payload: Type.Object(
    { user_id: id, change: Type.Enum([...mfaChanges]) },
    { additionalProperties: false },
  ),
  example: { user_id: userId, change: 'ENABLED' },
});
