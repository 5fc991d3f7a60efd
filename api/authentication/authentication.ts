import { platformAccountId, type Database } from '../../db/connection/database.js';
import { apiKeyStandingViews } from '../../db/identity/credential/api-key-standing.views.js';
import { apiKeyUseRecords } from '../../db/identity/credential/api-key-use.records.js';
import { callerViews } from '../../db/identity/session/caller.views.js';
import { createSigningKeyRecords } from '../../db/identity/credential/signing-key.records.js';
import type { Authenticator } from '../route/caller.js';
import type { StandingWatch } from '../shared/standing-watch.js';
import { createExternalPrincipalRecords } from '../../db/identity/credential/external-principal.records.js';
import { createAccessTokens, type AccessTokens } from './access-tokens.js';
import { createApiKeyCallers } from './api-key-callers.js';
import { createAuthenticator } from './authenticator.js';
import { createDeviceTokens, type DeviceTokens } from './device-tokens.js';
import { withExternalTokens, type IssuerKeys } from './external-tokens.js';
import { createSigningKeys, type SigningKeys } from './signing-keys.js';

interface AuthenticationParts {
  database: Database;
  /** Address of the API: issuer of its tokens. */
  issuer: string;
  /**
   * Hex keys of 32 bytes: `otpKey` derives one-time codes and must equal the activities' key;
   * `signingSealKey` seals signing keys.
   */
  otpKey: string;
  signingSealKey: string;
  /**
   * Reports ended sessions and lost roles; without a watch each standing is looked up once a
   * second.
   */
  watch?: StandingWatch | undefined;
  /** Issuers whose tokens count beside our own; none when left out. */
  issuers?: readonly IssuerKeys[] | undefined;
}

/** Gives every route the caller of a request. */
export interface Authentication {
  authenticator: Authenticator;
  /** Known devices, for limits shared with no other client. */
  devices: DeviceTokens;
  tokens: AccessTokens;
  keys: SigningKeys;
}

export function createAuthentication(parts: AuthenticationParts): Authentication {
  const { database, issuer, otpKey, signingSealKey, watch, issuers = [] } = parts;
  const records = createSigningKeyRecords({ database, sealKey: signingSealKey });
  const keys = createSigningKeys(records, watch);
  const tokens = createAccessTokens({ keys, issuer });
  const own = createAuthenticator({
    tokens,
    callers: (principalId) => callerViews(database.reads({ principalId })),
    apiKeys: createApiKeyCallers({
      views: apiKeyStandingViews(database.reads({ accountId: platformAccountId })),
      // The time of the last use is for people to look at, and no request waits for it.
      noteUse: (accountId, apiKeyId) =>
        void apiKeyUseRecords(database.statements({ accountId }))
          .note(apiKeyId)
          .catch(() => undefined),
      watch,
    }),
    watch,
  });
  return {
    authenticator: withExternalTokens({
      issuers,
      principals: createExternalPrincipalRecords({ database }),
      own,
    }),
    devices: createDeviceTokens({ key: otpKey, isSecure: issuer.startsWith('https:') }),
    tokens,
    keys,
  };
}
