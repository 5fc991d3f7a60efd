import { answered, MillraceError, type MillraceClient } from '../client/index.js';
import { loadConfig, type Config } from '../config.js';
import { StartupFailure } from '../processes/startup-failure.js';
import { orderWorkflowId } from '../workflows/water/order.contract.js';
import { deviceWorkflowId } from '../workflows/devices/device.contract.js';
import { asEnd, createDemoClient } from './demo/client.js';
import { playStory } from './demo/story.js';
import { createScreen } from './dev/screen.js';
import { demoLogins } from './demo/demo-seed.js';
import { runProgram } from './process/program.js';

/**
 * `npm run demo`: plays the water story against the system of `npm start`, and says where to look.
 */
const screen = createScreen();

async function demo(config: Config): Promise<void> {
  const startedAt = Date.now();
  const { publicUrl: baseUrl } = config;
  const admin = await signInAsAdmin(baseUrl);
  screen.say(`Watch it at ${baseUrl}/`);
  const mqttUrl = `mqtt://127.0.0.1:${config.MQTT_PORT}`;
  const { orderId, deviceId, buyer } = await playStory({
    baseUrl,
    admin,
    mqttUrl,
    say: screen.say,
  });
  screen.finish('The water story is told', startedAt);

  const webUi = config.TEMPORAL_UI_URL ?? `http://127.0.0.1:${config.TEMPORAL_UI_PORT}`;
  // An id with a slash would be taken for a workflow and a run.
  const workflow = (id: string) =>
    `${webUi}/namespaces/${config.TEMPORAL_NAMESPACE}/workflows/${encodeURIComponent(id)}`;
  screen.table('Look at it', [
    ['The page', `${baseUrl}/`],
    ['As the buyer', `${buyer.email}  ${buyer.password}`],
    ['The order', workflow(orderWorkflowId(orderId))],
    ['The device', workflow(deviceWorkflowId(deviceId))],
    ['The API', `${baseUrl}/docs`],
    ['What was mailed', `${baseUrl}/ui/mailbox`],
  ]);
}

/** Any refusal means missing demo accounts. */
async function signInAsAdmin(baseUrl: string): Promise<MillraceClient> {
  const login = demoLogins.find(({ role }) => role === 'PLATFORM_ADMIN');
  if (!login) throw new Error('the demo has no platform admin');
  const body = { username: login.email, password: login.password };
  const { access_token: token } = await answered(
    createDemoClient(baseUrl).POST('/v1/auth/login', { body }),
  ).catch((error: unknown) => {
    if (!(error instanceof MillraceError)) throw error;
    throw new StartupFailure(
      'The demo accounts are not there: Millrace was started with SEED_DEMO=false. ' +
        'Start it with SEED_DEMO=true, then play the story again.',
    );
  });
  return createDemoClient(baseUrl, token);
}

await runProgram(
  () => {
    const config = loadConfig(process.env);
    return demo(config).catch((error: unknown) => {
      throw asEnd(error, config.publicUrl);
    });
  },
  { tell: screen.fail },
);
