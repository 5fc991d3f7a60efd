import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../config.js';
import { StartupFailure } from '../processes/startup-failure.js';
import { clientTypes } from './client/type-texts.js';
import { createScreen } from './dev/screen.js';
import { runProgram } from './process/program.js';

/**
 * `npm run client`: writes the types of the client from the OpenAPI document of a running Millrace,
 * and builds the package.
 */
const screen = createScreen();
const folder = fileURLToPath(new URL('../client', import.meta.url));

async function writeClient(): Promise<void> {
  const { publicUrl } = loadConfig(process.env);
  const startedAt = Date.now();
  const response = await fetch(`${publicUrl}/openapi.json`).catch(() => {
    throw new StartupFailure(
      `Nothing answers at ${publicUrl}. Run npm start first, in another terminal.`,
    );
  });
  const types = await clientTypes((await response.json()) as object);
  writeFileSync(`${folder}/openapi.ts`, types);
  const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
  const built = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  if (built.status !== 0) throw new StartupFailure(`The client does not compile:\n${built.stdout}`);
  screen.finish(`${folder} is a package: npm install ${folder}`, startedAt);
}

await runProgram(writeClient, { tell: screen.fail });
