import type { KeysFetch } from '../../../api/authentication/remote-keys.js';
import type { Metrics } from './registry.js';

/** Counts a fetch of somebody else's keys; issuers are few, and named by the configuration. */
export const noteKeysFetch = (metrics: Metrics, issuer: string, outcome: KeysFetch): void =>
  metrics.counter('millrace_jwks_fetches_total', { issuer, outcome }).add();
