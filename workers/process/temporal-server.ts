import { readFileSync } from 'node:fs';
import type { TLSConfig } from '@temporalio/client';
import { required, type Config } from '../../config.js';
import { ConfigError } from '../../processes/startup-failure.js';

/** Temporal's address and TLS, for every connection. */
export const temporalServer = (config: Config) => ({
  address: required(config, 'TEMPORAL_ADDRESS'),
  ...(config.TEMPORAL_API_KEY ? { apiKey: config.TEMPORAL_API_KEY } : {}),
  ...temporalTls(config),
});

/**
 * TLS where TEMPORAL_TLS, a certificate or an authority is configured. A certificate without a key
 * is refused.
 */
export function temporalTls(config: Config): { tls?: true | TLSConfig } {
  const {
    TEMPORAL_TLS: isAsked,
    TEMPORAL_TLS_CERT_FILE: cert,
    TEMPORAL_TLS_KEY_FILE: key,
  } = config;
  const { TEMPORAL_TLS_CA_FILE: authority, TEMPORAL_TLS_SERVER_NAME: serverName } = config;
  if ((cert === undefined) !== (key === undefined))
    throw new ConfigError('TEMPORAL_TLS_CERT_FILE and TEMPORAL_TLS_KEY_FILE: one needs the other');
  if (cert === undefined && authority === undefined && serverName === undefined)
    return isAsked ? { tls: true } : {};
  return {
    tls: {
      ...(cert === undefined || key === undefined
        ? {}
        : { clientCertPair: { crt: pem('CERT', cert), key: pem('KEY', key) } }),
      ...(authority === undefined ? {} : { serverRootCACertificate: pem('CA', authority) }),
      ...(serverName === undefined ? {} : { serverNameOverride: serverName }),
    },
  };
}

function pem(name: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new ConfigError(`TEMPORAL_TLS_${name}_FILE: cannot be read (${String(error)})`);
  }
}
