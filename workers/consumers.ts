import { loadConfig, required } from '../config.js';
import { roleScope } from '../db/connection/database.js';
import { consumerStore, type RewindStart } from '../db/platform/delivery/consumer.store.js';
import { StartupFailure } from '../processes/startup-failure.js';
import { withOwnSystem } from './dev/own-system.js';
import { openRolePool } from './process/pools.js';
import { runProgram } from './process/program.js';

const usage = `npm run consumers -- list
npm run consumers -- pause|resume <consumer>
npm run consumers -- rewind <consumer> --to <time, RFC 3339 | event id>`;

/**
 * `npm run consumers`: an operator's commands on consumers of events. docs/operations.md says when.
 */
await runProgram(async () => {
  const config = loadConfig(withOwnSystem(process.env), { needsKeys: false });
  const pool = await openRolePool(required(config, 'DATABASE_RELAY_URL'));
  try {
    console.log(await answer(consumerStore(roleScope(pool)), process.argv.slice(2)));
  } finally {
    await pool.end();
  }
});

async function answer(
  store: ReturnType<typeof consumerStore>,
  words: readonly string[],
): Promise<string> {
  const [command, consumerId, flag, start] = words;
  if (command === 'list')
    return (await store.list()).map((each) => JSON.stringify(each)).join('\n');
  if (consumerId === undefined) throw new StartupFailure(usage);
  if (command === 'pause' || command === 'resume') {
    if (!(await store[command](consumerId)))
      throw new StartupFailure(`there is no consumer ${consumerId}`);
    return `${consumerId} is ${command}d`;
  }
  if (command !== 'rewind' || flag !== '--to' || start === undefined)
    throw new StartupFailure(usage);
  const count = await store.rewind(consumerId, startOf(start));
  if (count === undefined) throw new StartupFailure(`there is no active consumer ${consumerId}`);
  return `${count} deliveries of ${consumerId} are due again`;
}

function startOf(text: string): RewindStart {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return { eventId: text };
  if (!/^\d{4}-\d\d-\d\dT/.test(text) || Number.isNaN(Date.parse(text)))
    throw new StartupFailure(`${text} is neither a time like 2026-03-01T08:30:00Z nor an event id`);
  return { at: text };
}
