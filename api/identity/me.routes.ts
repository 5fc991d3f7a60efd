import type { MeViews } from '../../db/identity/me.views.js';
import { failure } from '../../workflows/shared/failure.js';
import { route, signedIn, type Route } from '../shared/route.js';
import { me } from './me.schemas.js';

export function createMeRoutes({ views }: { views: MeViews }): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/me',
      summary: 'Who I am and which accounts I belong to',
      tag: 'Identity',
      access: signedIn(),
      responses: { 200: me },
    }).handledBy(async ({ caller }) => {
      const found = await views.byPrincipal(caller.principalId);
      if (!found) throw failure('UNAUTHENTICATED');
      return { status: 200, body: found };
    }),
  ];
}
