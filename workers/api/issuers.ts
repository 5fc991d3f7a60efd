import type { IssuerKeys } from '../../api/authentication/external-tokens.js';
import { createRemoteKeys, type Outbound } from '../../api/authentication/remote-keys.js';
import type { Config } from '../../config.js';
import { noteKeysFetch } from '../observability/metrics/key-metrics.js';
import type { Metrics } from '../observability/metrics/registry.js';

interface IssuerParts {
  config: Pick<Config, 'trustedIssuers'>;
  metrics: Metrics;
  outbound: Outbound;
}

/** The configured issuers, with keys fetched at first use. */
export const issuersOf = ({ config, metrics, outbound }: IssuerParts): IssuerKeys[] =>
  config.trustedIssuers.map((trusted) => ({
    ...trusted,
    keys: createRemoteKeys({
      locate: async () => trusted.jwksUrl,
      outbound,
      onFetch: (outcome) => noteKeysFetch(metrics, trusted.issuer, outcome),
    }),
  }));
