import { readdirSync } from 'node:fs';
import { startServers } from '../support/servers/servers.js';
import { connectTestTemporal, type TestTemporal } from '../support/servers/temporal.js';
import { record, type Played } from './recording.js';

interface Stories {
  play(temporal: TestTemporal): Promise<Played>;
}

const ending = '.stories.ts';
/** `audit-export.stories.ts` plays `auditExport`. */
const kinds = readdirSync(new URL('.', import.meta.url))
  .filter((name) => name.endsWith(ending))
  .map((name) => name.slice(0, -ending.length))
  .map((noun) => [noun.replaceAll(/-(.)/g, (_, letter) => letter.toUpperCase()), noun] as const);

/**
 * `npm run histories`: plays the stories of each kind of workflow on real servers and keeps the
 * histories for replay on every later version of the workflow. All kinds are played, or the named
 * kinds. Stories of the same name are replaced, so the history of a released version is renamed
 * first: executions begun by the released version are still running.
 */
const wanted = process.argv.slice(2);
const servers = await startServers();
const temporal = await connectTestTemporal();
try {
  for (const [kind, noun] of kinds) {
    if (wanted.length > 0 && !wanted.includes(kind)) continue;
    const { play } = (await import(`./${noun}.stories.ts`)) as Stories;
    const played = await play(temporal);
    await record(kind, played);
    console.log(`${kind}: ${Object.keys(played).join(', ')}`);
  }
} finally {
  await temporal.close();
  await servers.stop();
}
