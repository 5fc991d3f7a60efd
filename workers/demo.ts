import { loadConfig } from '../config.js';
import { StartupFailure } from '../processes/startup-failure.js';
import { orderWorkflowId } from '../workflows/water/order.contract.js';
import { deviceWorkflowId } from '../workflows/water/device.contract.js';
import { createClient, type ApiClient } from './demo/client.js';
import { playStory } from './demo/story.js';
import { createScreen } from './dev/screen.js';
import { demoLogins } from './shared/demo-seed.js';
import { runProgram } from './shared/program.js';

/** `npm run demo`: plays the water story against what `npm start` has started, and says where to look at it. */
const screen = createScreen();

async function demo(): Promise<void> {
  const config = loadConfig(process.env);
  const startedAt = Date.now();
  const api = createClient(config.publicUrl);
  const admin = await signInAsAdmin(api);
  const mqttUrl = `mqtt://127.0.0.1:${config.MQTT_PORT}`;
  const { orderId, deviceId } = await playStory({ api, admin, mqttUrl, say: screen.say });
  screen.done('The water story is told', startedAt);

  const webUi = config.TEMPORAL_UI_URL ?? `http://127.0.0.1:${config.TEMPORAL_UI_PORT}`;
  // An id with a slash in it would be taken for a workflow and its run.
  const workflow = (id: string) =>
    `${webUi}/namespaces/${config.TEMPORAL_NAMESPACE}/workflows/${encodeURIComponent(id)}`;
  screen.table('Look at it', [
    ['The order', workflow(orderWorkflowId(orderId))],
    ['The device', workflow(deviceWorkflowId(deviceId))],
    ['The API', `${config.publicUrl}/docs`],
    ['What was mailed', `${config.publicUrl}/ui/mailbox.json`],
  ]);
}

/** Any answer but a token means that the demo accounts are not there. */
async function signInAsAdmin(api: ApiClient): Promise<ApiClient> {
  await api.get('/health');
  const login = demoLogins.find(({ role }) => role === 'PLATFORM_ADMIN');
  if (!login) throw new Error('the demo has no platform admin');
  const { access_token: token } = await api
    .post<{ access_token: string }>('/v1/auth/login', { username: login.email, password: login.password })
    .catch(() => {
      throw new StartupFailure(
        'The demo accounts are not there: Millrace was started with SEED_DEMO=false. ' +
          'Start it with SEED_DEMO=true, then play the story again.',
      );
    });
  return api.as(token);
}

await runProgram(demo, { tell: screen.fail });
