import { createHomeRoutes } from '../../../api/console/home.routes.js';
import { createOpenApi } from '../../../api/openapi/openapi.js';
import { createSampleApi } from '../../api/sample.js';
import { allResources, allRoutes } from './all-routes.js';

/** The OpenAPI document as a running Millrace answers, without anything running. */
export function openApiDocument(): object {
  const home = createHomeRoutes({
    home: { version: '', links: [], logins: [], commands: [] },
    figures: async () => ({}),
  });
  const { routes } = createSampleApi({
    routes: [...allRoutes(), ...home],
    resources: allResources,
  });
  return JSON.parse(
    JSON.stringify(createOpenApi(routes, { version: '0.1.0', url: 'http://127.0.0.1:3000' })),
  ) as object;
}
