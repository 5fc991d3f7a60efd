import type { SsoProvider } from '../../processes/issuer-settings.js';
import { failure } from '../../workflows/shared/failure.js';
import { createOidcClient, type OidcClient } from './oidc-client.js';
import type { KeysFetch, Outbound } from './remote-keys.js';

/** A provider, with a client. */
export interface SsoParty extends SsoProvider {
  client: OidcClient;
}

export interface SsoParties {
  list: readonly SsoParty[];
  /** Throws RESOURCE_NOT_FOUND for an unknown provider. */
  byId(id: string): SsoParty;
}

interface SsoPartyParts {
  providers: readonly SsoProvider[];
  /** Address of the API: people come back to an address below. */
  publicUrl: string;
  outbound: Outbound;
  onKeysFetch?: ((issuer: string, outcome: KeysFetch) => void) | undefined;
}

export function createSsoParties(parts: SsoPartyParts): SsoParties {
  const { providers, publicUrl, outbound, onKeysFetch } = parts;
  const list = providers.map((provider) => ({
    ...provider,
    client: createOidcClient({
      provider,
      callbackUrl: `${publicUrl}/v1/auth/sso/${provider.id}/callback`,
      outbound,
      onKeysFetch: (outcome) => onKeysFetch?.(provider.issuer, outcome),
    }),
  }));
  return {
    list,
    byId(id) {
      const party = list.find((each) => each.id === id);
      if (!party) throw failure('RESOURCE_NOT_FOUND');
      return party;
    },
  };
}

/** A code goes only to the configured pages of the provider. */
export function assertPage({ redirectUris }: SsoProvider, page: string | undefined): void {
  if (page !== undefined && !redirectUris.includes(page))
    throw failure('VALIDATION_ERROR', {
      errors: [{ path: '/redirect_uri', message: 'is not one of the allowed pages' }],
    });
}
