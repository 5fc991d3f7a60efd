import { inspect } from 'node:util';
import { loadConfig } from '../config.js';
import { start } from './dev/start.js';
import { createScreen } from './dev/screen.js';
import { createStops } from './dev/stops.js';
import { onStopRequest } from './dev/stop-request.js';
import { StartupFailure } from '../processes/startup-failure.js';

/** `npm start`: starts everything for Millrace, as descendants of one process, until Ctrl-C. */
const screen = createScreen();
const stops = createStops(screen.say);

const stop = async (code: number): Promise<never> => {
  await stops.run();
  process.exit(code);
};
// Where the output is a file on a full disk or a pipe without a reader, only the lines are lost.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
onStopRequest({
  variables: process.env,
  stop: () => void stop(0),
  force: () => process.exit(1),
  say: screen.say,
});

try {
  await start({ config: loadConfig(process.env), variables: process.env, screen, stops });
} catch (error) {
  const isExpected = error instanceof StartupFailure;
  if (!stops.signal.aborted) screen.fail(isExpected ? error.message : inspect(error));
  await stop(1);
}
