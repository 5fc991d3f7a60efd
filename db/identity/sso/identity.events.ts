import { Type } from 'typebox';
import { defineEvent } from '../../shared/event.js';

const userId = '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f';
const payload = Type.Object(
  {
    user_id: Type.String({ format: 'uuid' }),
    provider: Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$' }),
  },
  { additionalProperties: false },
);
const base = {
  version: 1,
  subjectType: 'user',
  payload,
  example: { user_id: userId, provider: 'acme' },
} as const;

/** A person signs in at the provider too from now on. */
export const identityLinked = defineEvent({
  ...base,
  type: 'IDENTITY_LINKED',
  topic: 'identity.user.identity_linked',
});

export const identityUnlinked = defineEvent({
  ...base,
  type: 'IDENTITY_UNLINKED',
  topic: 'identity.user.identity_unlinked',
});
