import { required, type Config } from '../../config.js';

/** Where Temporal is and how it is spoken to, for whichever of its connections. */
export const temporalServer = (config: Config) => ({
  address: required(config, 'TEMPORAL_ADDRESS'),
  ...(config.TEMPORAL_API_KEY ? { apiKey: config.TEMPORAL_API_KEY } : {}),
  ...(config.TEMPORAL_TLS ? { tls: true } : {}),
});
