import { statement, type Reader } from '../shared/database.js';

/** The public half of a key that access tokens are signed with. */
export interface VerifyingKey {
  kid: string;
  publicJwk: Record<string, unknown>;
}

const liveKeys = statement(
  'keys.verifying',
  'select k.kid, k.public_jwk as "publicJwk" from identity.signing_keys k where k.retired_at is null',
);

/** What tokens are checked with, for a process that makes none. */
export function createVerifyingKeyViews(read: Reader) {
  return {
    list: (): Promise<VerifyingKey[]> => read.inPlatform<VerifyingKey>(liveKeys, []),
  };
}
export type VerifyingKeyViews = ReturnType<typeof createVerifyingKeyViews>;
