import { startUiGuard } from './ui-guard.js';

/**
 * `node guard-ui.js 8080 temporal-ui:8080`: shows another container's Web UI at a port of the own
 * container, under names of the local machine alone.
 */
const [port, ui = ''] = process.argv.slice(2);
const [host = '', uiPort] = ui.split(':');
await startUiGuard({ host: '0.0.0.0', port: Number(port) }, { host, port: Number(uiPort) });
