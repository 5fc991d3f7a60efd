import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { loadConfig } from '../config.js';
import { endEarlierStart } from './dev/backing.js';
import { locateDataFolder, openDataFolder } from './dev/data-folder.js';
import { runProgram } from './process/program.js';

/** `npm run reset`: removes all data of `npm start`; the next start begins anew. */
async function reset(): Promise<string> {
  const { DATA_DIR } = loadConfig(process.env);
  const path = locateDataFolder(DATA_DIR);
  if (!existsSync(path)) return `There is nothing at ${path}`;
  const folder = await openDataFolder(DATA_DIR);
  await endEarlierStart(folder);
  await rm(path, { recursive: true });
  return `Removed ${path}`;
}

await runProgram(async () => console.log(await reset()));
