import { createApi } from '../../api/server.js';
import { effectOf, type Route } from '../../api/route/route.js';
import { startApi } from '../../workers/api.process.js';
import { runProcess } from '../../workers/process/process.js';
import { openResources } from '../../workers/process/resources.js';

/** The API without the audit log: no route writes an entry, except routes whose workflow does. */
await runProcess(
  'app',
  () => ['api'],
  async (config, logger, metrics) => {
    const resources = await openResources(config, logger, metrics);
    const api = await startApi(resources, (parts) =>
      createApi({ ...parts, routes: parts.routes.map(unaudited) }),
    );
    return [api, { stop: resources.close }];
  },
);

function unaudited(route: Route): Route {
  return route.audit && effectOf(route) === 'transaction'
    ? { ...route, audit: { exempt: 'measured without' } }
    : route;
}
