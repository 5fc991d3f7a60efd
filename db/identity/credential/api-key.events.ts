import { Type } from 'typebox';
import { defineEvent } from '../../shared/event.js';

const id = Type.String({ format: 'uuid' });
const someId = '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f';
const base = {
  version: 1,
  subjectType: 'api_key',
  payload: Type.Object(
    { account_id: id, api_key_id: id, principal_id: id },
    { additionalProperties: false },
  ),
  example: { account_id: someId, api_key_id: someId, principal_id: someId },
} as const;

export const apiKeyCreated = defineEvent({
  ...base,
  type: 'API_KEY_CREATED',
  topic: 'identity.api_key.created',
});

export const apiKeyRevoked = defineEvent({
  ...base,
  type: 'API_KEY_REVOKED',
  topic: 'identity.api_key.revoked',
});
