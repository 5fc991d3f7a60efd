import { Type } from 'typebox';
import { signingKeyStates } from '../../../workflows/identity/signing-key.rules.js';
import { defineEvent } from '../../shared/event.js';

export const signingKeyChanged = defineEvent({
  type: 'SIGNING_KEY_CHANGED',
  version: 1,
  topic: 'identity.signing_key.changed',
  subjectType: 'signing_key',
  payload: Type.Object(
    { kid: Type.String({ pattern: '^[\\w-]{43}$' }), state: Type.Enum([...signingKeyStates]) },
    { additionalProperties: false },
  ),
  example: { kid: 'wLbF8rpLkKvyGm0qHFHbzzWSgGqZsYwIFdSKkAFdlbg', state: 'CURRENT' },
});
