import { required } from '../../config.js';
import { createSmsSender } from '../../activities/shared/sms.js';
import type { Route } from '../../api/route/route.js';
import { createApi } from '../../api/server.js';
import { startApi } from '../../workers/api.process.js';
import { runProcess } from '../../workers/process/process.js';
import { openResources } from '../../workers/process/resources.js';

/**
 * The API with a registration that calls the provider at once and forgets the call: a message is
 * lost with the process, and never sent again.
 */
await runProcess(
  'app',
  () => ['api'],
  async (config, logger, metrics) => {
    const resources = await openResources(config, logger, metrics);
    const sms = createSmsSender({
      url: required(config, 'SMS_GATEWAY_URL'),
      accountSid: required(config, 'SMS_ACCOUNT_SID'),
      authToken: required(config, 'SMS_AUTH_TOKEN'),
      from: required(config, 'SMS_FROM'),
    });
    const sending = (route: Route): Route =>
      route.path === '/v1/auth/register'
        ? {
            ...route,
            handle: async (call) => {
              const reply = await route.handle(call);
              const { phone_e164: number } = call.body as { phone_e164: string };
              void sms.send({
                idempotencyKey: number,
                to: number,
                subject: '',
                text: 'A code of six digits',
              });
              return reply;
            },
          }
        : route;
    const api = await startApi(resources, (parts) =>
      createApi({ ...parts, routes: parts.routes.map(sending) }),
    );
    return [api, { stop: resources.close }];
  },
);
