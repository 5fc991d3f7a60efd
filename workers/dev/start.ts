import { existsSync, renameSync, statSync } from 'node:fs';
import { get } from 'node:http';
import { loadConfig, type Config } from '../../config.js';
import { startNodeProcess } from '../../processes/node-process.js';
import { contextKey } from '../process/context-key.js';
import {
  endEarlierStart,
  isDatabaseGiven,
  isTemporalGiven,
  provideDatabase,
  provideTemporal,
} from './backing.js';
import { openDataFolder, readSecrets, type DataFolder, type Secrets } from './data-folder.js';
import { watchDisks, type WatchedFolders } from './disk-watch.js';
import { assertFirstRoom, withRemedyForDisk } from './first-room.js';
import { settlePorts } from './ports.js';
import { variablesOf, type StartedName } from './process-variables.js';
import type { Screen } from './screen.js';
import { seedDemoOnce } from './seed.js';
import { superviseService, type Supervision } from './supervision.js';
import type { Stops } from './stops.js';
import { printWelcome } from './welcome.js';

interface StartOptions {
  config: Config;
  variables: NodeJS.ProcessEnv;
  screen: Screen;
  stops: Stops;
}

const readyWithinMs = 60_000;
/** A worker drains for up to 20 s, and the API for 15. */
const drainMs = 30_000;
const longestLogBytes = 16 * 2 ** 20;
/** Longer than hang-watch.ts waits for any answer. */
const healthWithinMs = 120_000;

/** Starts everything in the order of need, and says so. */
export async function start(options: StartOptions): Promise<void> {
  const folder = await openDataFolder(options.config.DATA_DIR);
  options.stops.add('the claim on the data folder', folder.claimed.release);
  try {
    await startIn(folder, options);
  } catch (error) {
    throw await withRemedyForDisk(error, folder.path);
  }
}

async function startIn(
  folder: DataFolder,
  { config: initialConfig, variables, screen, stops }: StartOptions,
): Promise<void> {
  const startedAt = Date.now();
  await assertFirstRoom(folder, initialConfig);
  await endEarlierStart(folder);
  const ports = await settlePorts(wantedPorts(initialConfig));
  const secrets = await readSecrets(folder);
  const config = loadConfig({
    ...variables,
    ...stringified(ports),
    ...secretVariables(initialConfig, secrets),
  });

  const backing = { config, folder, secrets, contextKey: contextKey(config), screen, stops };
  watchDisks(foldersOf(folder, config), screen);
  const [urls, temporal] = await Promise.all([provideDatabase(backing), provideTemporal(backing)]);
  const provided = {
    DATABASE_URL: urls.app,
    DATABASE_RELAY_URL: urls.relay,
    DATABASE_INGEST_URL: urls.ingest,
    DATABASE_MARKET_URL: urls.market,
    DATABASE_GATEWAY_URL: urls.gateway,
    TEMPORAL_ADDRESS: temporal.address,
    ...(isDatabaseGiven(config) ? {} : { POSTGRES_DIR: folder.file('postgres') }),
    ...(isTemporalGiven(config) ? {} : { TEMPORAL_DIR: folder.file('temporal') }),
    OBJECT_DIR: config.OBJECT_DIR ?? folder.file('objects'),
    EVENTS_MQTT_URL:
      config.EVENTS_MQTT_URL ??
      `mqtt://${config.HOST === '0.0.0.0' ? '127.0.0.1' : config.HOST}:${config.MQTT_PORT}`,
    ...(temporal.uiUrl === undefined ? {} : { TEMPORAL_UI_URL: temporal.uiUrl }),
  };
  const variablesFor = (name: StartedName) =>
    variablesOf(
      name,
      { ...config, ...provided },
      { ...variables, ...stringified(ports), ...provided },
    );
  const children = { folder, screen, stops, hangMs: config.HANG_MS };
  const [logins] = await Promise.all([
    config.SEED_DEMO && !config.isProduction
      ? seedDemoOnce(folder, variablesFor('seed'), stops.signal)
      : [],
    startOwn('gateway', 'workers/gateway.process.ts', {
      ...children,
      variables: variablesFor('gateway'),
    }),
    startOwn('app', 'workers/main.ts', {
      ...children,
      answer: () => askHealth(config),
      variables: { ...variablesFor('app'), METRICS_PORT: '', ROLES: 'api,workers,relay' },
    }),
  ]);
  printWelcome({ config, folder, temporalUiUrl: temporal.uiUrl, logins, screen, startedAt });
}

/** The folders of Millrace on disks of the machine. */
const foldersOf = ({ path, file }: DataFolder, config: Config): WatchedFolders => ({
  ...(isDatabaseGiven(config) ? {} : { PostgreSQL: file('postgres') }),
  ...(isTemporalGiven(config) ? {} : { Temporal: file('temporal') }),
  ...(config.OBJECT_STORE === 'local' ? { objects: config.OBJECT_DIR ?? file('objects') } : {}),
  logs: file('logs'),
  'the data folder': path,
});

/** GET /health: a live process always answers. */
function askHealth({ HOST: host, PORT: port }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(healthWithinMs);
    get(
      {
        host: host === '0.0.0.0' ? '127.0.0.1' : host,
        port,
        path: '/health',
        signal,
        agent: false,
      },
      (answer) => {
        answer.resume();
        resolve();
      },
    ).once('error', reject);
  });
}

function wantedPorts(config: Config): Record<string, number> {
  return {
    PORT: config.PORT,
    MQTT_PORT: config.MQTT_PORT,
    ...(isTemporalGiven(config)
      ? {}
      : { TEMPORAL_PORT: config.TEMPORAL_PORT, TEMPORAL_UI_PORT: config.TEMPORAL_UI_PORT }),
    ...(isDatabaseGiven(config) ? {} : { POSTGRES_PORT: config.POSTGRES_PORT }),
  };
}

function secretVariables(config: Config, secrets: Secrets): Record<string, string> {
  return {
    SECRET_KEY: config.SECRET_KEY ?? secrets.secretKey,
    BOOTSTRAP_SECRET: config.BOOTSTRAP_SECRET ?? secrets.bootstrapSecret,
  };
}

const stringified = (ports: Record<string, number>) =>
  Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)]));

interface Children extends Supervision {
  folder: DataFolder;
  variables: NodeJS.ProcessEnv;
  /** The question for a hang; by the process's channel when left out. */
  answer?: () => Promise<void>;
}

async function startOwn(
  name: 'app' | 'gateway',
  file: string,
  { folder, variables, answer, ...supervision }: Children,
): Promise<void> {
  const startedAt = Date.now();
  const logFile = folder.file('logs', `${name}.log`);
  if (existsSync(logFile) && statSync(logFile).size > longestLogBytes)
    renameSync(logFile, `${logFile}.1`);
  await superviseService(
    `the ${name}`,
    async (signal) => {
      const running = await startNodeProcess({
        name: `The ${name}`,
        entry: file,
        variables,
        logFile,
        recordFile: folder.file('run', `${name}.json`),
        readyWithinMs,
        graceMs: drainMs,
        signal,
      });
      return { ...running, answer: answer ?? running.answer };
    },
    supervision,
  );
  supervision.screen.finish(`The ${name}`, startedAt);
}
