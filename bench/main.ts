import { parseArgs } from 'node:util';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { benchGuards } from './guards.bench.js';
import { benchIdentity } from './identity.bench.js';
import { benchObservability } from './observability.bench.js';
import { benchOrders } from './orders.bench.js';
import { benchPipeline } from './pipeline.bench.js';
import { benchReads } from './reads.bench.js';
import { benchRelay } from './relay.bench.js';
import { benchRequests } from './requests.bench.js';
import { printTable, writeJson, type Figure } from './shared/report.js';
import { benchStart } from './start.bench.js';
import { benchStrangers } from './strangers.bench.js';
import { benchTelemetry } from './telemetry.bench.js';
import { benchTemporal } from './temporal.bench.js';
import { benchWebhooks } from './webhooks.bench.js';

/** Benches by group; `npm run bench -- reads orders` runs some. */
const benches: Record<string, () => Promise<Figure[]>> = {
  telemetry: benchTelemetry,
  pipeline: benchPipeline,
  temporal: benchTemporal,
  orders: benchOrders,
  reads: benchReads,
  requests: benchRequests,
  observability: benchObservability,
  relay: benchRelay,
  webhooks: benchWebhooks,
  strangers: benchStrangers,
  guards: benchGuards,
  identity: benchIdentity,
  start: benchStart,
};
const groups = Object.keys(benches);
const help = `npm run bench [-- [--json FILE] [GROUP ...]]

Measures all groups, or those named: ${groups.join(', ')}.
It starts what it needs and prints a table; --json FILE also writes the figures, such as orders.lifecycle_ratio, as nested JSON.`;

const { values, positionals } = parseArgs({
  options: { json: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  allowPositionals: true,
});
if (values.help) {
  console.log(help);
  process.exit(0);
}
const unknown = positionals.filter((name) => !groups.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}.\n\n${help}`);
  process.exit(2);
}
Runtime.install({ logger: new DefaultLogger('ERROR') });
const figures: Figure[] = [];
let isWhole = true;
for (const [name, bench] of Object.entries(benches)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  console.error(`measuring ${name} …`);
  try {
    figures.push(...(await bench()));
  } catch (error) {
    // A void group leaves the other groups' figures whole, and the exit code reports the void.
    isWhole = false;
    console.error(`${name} is void:`, error);
  }
}
printTable(figures);
if (values.json) await writeJson(values.json, figures);
process.exit(isWhole ? 0 : 1);
