import { createApi } from '../../api/server.js';
import { effectOf, type Route } from '../../api/shared/route.js';
import { startApi } from '../../workers/api.process.js';
import { runProcess } from '../../workers/shared/process.js';
import { openResources } from '../../workers/shared/resources.js';

/** The API as it is, but for the audit log: no route tells it anything, except those whose workflow does. */
await runProcess(
  'app',
  () => ['api'],
  async (config, logger, metrics) => {
    const resources = await openResources(config, logger, metrics);
    const api = await startApi(resources, (parts) => createApi({ ...parts, routes: parts.routes.map(unaudited) }));
    return [api, { stop: resources.close }];
  },
);

function unaudited(route: Route): Route {
  return route.audit && effectOf(route) === 'transaction' ? { ...route, audit: { exempt: 'measured without' } } : route;
}
