import { json, text, type Values } from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

/** The public half of a signing key for access tokens. */
const verifyingKey = { kid: text, publicJwk: json<Record<string, unknown>>() };
type VerifyingKey = Values<typeof verifyingKey>;

const liveKeys = query({
  name: 'keys.verifying',
  row: verifyingKey,
  text: 'select k.kid, k.public_jwk from identity.signing_keys k where k.retired_at is null',
});

/** Keys to check tokens, for a process that makes none. */
export const verifyingKeyViews = (scope: ReadScope) => ({
  list: (): Promise<VerifyingKey[]> => scope.read(liveKeys, {}),
});
export type VerifyingKeyViews = ReturnType<typeof verifyingKeyViews>;
