import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeHolding } from '../support/holdings/holdings.js';
import { makeShop } from '../support/holdings/water.holding.js';
import { startServers } from '../support/servers/servers.js';
import { startTestSystem } from '../support/system/system.js';
import { configurationOf } from './configuration.js';
import { installFuzzer, runFuzzer } from './fuzzer.js';

const help = `npm run fuzz [-- [--examples N] [--seconds N] [--seed N] [--only OPERATION,...]]

Starts Millrace, makes one of everything that an account can have, and has Schemathesis call every operation of the OpenAPI document
with what fits it and what does not: the edges of each schema, and N random examples (10 unless said otherwise) of each kind. What is
answered must be declared, and fit what is declared; what fits must be taken, what does not fit be refused, and nothing be an error of
ours. The same seed asks the same. Needs python3 with venv, and installs Schemathesis under .cache, once.`;

const { values } = parseArgs({
  options: {
    examples: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '900' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    only: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}
const [examples, seconds, seed] = [
  Number(values.examples),
  Number(values.seconds),
  Number(values.seed),
];
if (!(examples > 0) || !(seconds > 0) || !Number.isInteger(seed)) {
  console.error(help);
  process.exit(2);
}

installFuzzer();
const servers = await startServers();
const folder = mkdtempSync(join(tmpdir(), 'millrace-fuzz-'));
try {
  const system = await startTestSystem();
  try {
    const [owner, admin] = [await system.signUp('owner'), await system.platformAdmin()];
    const shop = await makeShop(await system.signUp('seller'));
    const held = { ...(await makeHolding(system, owner, shop)), seller_reservoir_id: shop };
    const file = join(folder, 'schemathesis.toml');
    writeFileSync(
      file,
      configurationOf({ held, ownerToken: owner.token, adminToken: admin.token }),
    );
    const only = values.only?.split(',').flatMap((id) => ['--include-operation-id', id]) ?? [];
    const bounds = ['--max-examples', String(examples), '--seed', String(seed)];
    const asked = [
      '--config-file',
      file,
      'run',
      `${system.url}/openapi.json`,
      '--url',
      system.url,
      ...bounds,
      ...only,
    ];
    process.exitCode = await runFuzzer(asked, { withinMs: seconds * 1_000, folder });
    console.log(`Again: npm run fuzz -- --examples ${examples} --seed ${seed}`);
  } finally {
    await system.stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
  await servers.stop();
}
