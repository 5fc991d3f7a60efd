import type { Config } from '../../config.js';

interface Address {
  name: string;
  href: string;
}

/** The addresses of everything for a developer; the page at / first. */
export function addressesOf(config: Config, temporalUiUrl = config.TEMPORAL_UI_URL): Address[] {
  const api = config.publicUrl;
  const addresses = {
    Page: `${api}/`,
    API: `${api}/v1`,
    Docs: `${api}/docs`,
    OpenAPI: `${api}/openapi.json`,
    AsyncAPI: `${api}/asyncapi.json`,
    Mailbox: `${api}/ui/mailbox`,
    'Is it well?': `${api}/ready`,
    MQTT: `mqtt://127.0.0.1:${config.MQTT_PORT}`,
    'Temporal Web UI': temporalUiUrl ?? 'at the server that TEMPORAL_ADDRESS names',
  };
  return Object.entries(addresses).map(([name, href]) => ({ name, href }));
}
