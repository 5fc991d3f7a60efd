import { createTokenVerifier } from '../../api/shared/access-tokens.js';
import { createAuthenticator } from '../../api/shared/authenticator.js';
import type { Authenticator } from '../../api/shared/caller.js';
import type { StandingWatch } from '../../api/shared/standing-watch.js';
import { createVerifyingKeys } from '../../api/shared/verifying-keys.js';
import { createSessionStandingViews } from '../../db/identity/session-standing.views.js';
import { createVerifyingKeyViews } from '../../db/identity/verifying-key.views.js';
import type { Database } from '../../db/shared/database.js';

/** Who listens, by an access token of the API; as millrace_gateway, with public keys alone. */
export function createListenerAuthenticator(parts: {
  database: Pick<Database, 'read'>;
  /** Address of the API. */
  issuer: string;
  watch: StandingWatch;
}): Authenticator {
  const { database, issuer, watch } = parts;
  const keys = createVerifyingKeys(createVerifyingKeyViews(database.read));
  return createAuthenticator({
    tokens: createTokenVerifier({ keys, issuer }),
    callers: createSessionStandingViews(database.read),
    watch,
  });
}
