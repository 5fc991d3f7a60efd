import { createTokenVerifier } from '../../api/authentication/access-tokens.js';
import { createAuthenticator } from '../../api/authentication/authenticator.js';
import type { Authenticator } from '../../api/route/caller.js';
import type { StandingWatch } from '../../api/shared/standing-watch.js';
import { createVerifyingKeys } from '../../api/authentication/verifying-keys.js';
import { sessionStandingViews } from '../../db/identity/session/session-standing.views.js';
import { verifyingKeyViews } from '../../db/identity/credential/verifying-key.views.js';
import { platformAccountId, type Database } from '../../db/connection/database.js';

/**
 * Authenticates a listener by an access token of the API; as millrace_gateway, with public keys
 * alone.
 */
export function createListenerAuthenticator(parts: {
  database: Pick<Database, 'reads'>;
  /** Address of the API. */
  issuer: string;
  watch: StandingWatch;
}): Authenticator {
  const { database, issuer, watch } = parts;
  const keys = createVerifyingKeys(
    verifyingKeyViews(database.reads({ accountId: platformAccountId })),
    watch,
  );
  return createAuthenticator({
    tokens: createTokenVerifier({ keys, issuer }),
    callers: (principalId) => sessionStandingViews(database.reads({ principalId })),
    watch,
  });
}
