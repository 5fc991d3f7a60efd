import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { kinds as allKinds, startCluster, type Kind } from './cluster.js';
import { killUnderLoad } from './kills.js';
import { createLoad } from './load.js';

const help = `npm run faults [-- [--kills N] [--seed N] [--only KIND,...]]

Starts Millrace with each part a process of its own, kills one after the other by kill -9 under load (50 times unless said
otherwise), and checks every invariant when it has come back. The same seed kills in the same order. Kinds: ${allKinds.join(', ')}.`;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    only: { type: 'string', default: allKinds.join(',') },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}
const wanted = values.only.split(',');
const kinds: Kind[] = allKinds.filter((kind) => wanted.includes(kind));
const [kills, seed] = [Number(values.kills), Number(values.seed)];
if (kinds.length !== wanted.length || !(kills > 0) || !Number.isInteger(seed)) {
  console.error(help);
  process.exit(2);
}
const commit = spawnSync('git', ['rev-parse', '--short', 'HEAD'], {
  encoding: 'utf8',
}).stdout.trim();
const replay = `npm run faults -- --kills ${kills} --seed ${seed} --only ${kinds.join(',')}`;
console.log(`${replay}   (commit ${commit || 'unknown'})`);

const cluster = await startCluster();
try {
  const { breaches, promised } = await killUnderLoad(cluster, await createLoad(cluster), {
    kills,
    seed,
    kinds,
    say: console.log,
  });
  console.log(
    `${promised.orders} orders, ${promised.messages} messages and ${promised.registrations} registrations were acknowledged`,
  );
  for (const breach of breaches) console.log(`BROKEN ${breach}`);
  console.log(breaches.length === 0 ? 'Every invariant holds.' : `Again: ${replay}`);
  process.exitCode = breaches.length === 0 ? 0 : 1;
} finally {
  await cluster.stop();
}
