import type { Database } from '../../../db/connection/database.js';
import { meViews } from '../../../db/identity/account/me.views.js';
import { failure } from '../../../workflows/shared/failure.js';
import { route, signedIn, type Route } from '../../route/route.js';
import { me } from './me.schemas.js';

export function createMeRoutes({ database }: { database: Pick<Database, 'reads'> }): Route[] {
  const readMe = route({
    method: 'get',
    path: '/v1/me',
    summary: 'Who I am and which accounts I belong to',
    tag: 'Identity',
    access: signedIn(),
    responses: { 200: me },
  }).handledBy(async ({ caller: { principalId } }) => {
    // Works for a platform admin too, in the platform's scope.
    const view = await meViews(database.reads({ principalId })).ofPrincipal();
    if (!view) throw failure('UNAUTHENTICATED');
    return { status: 200, body: view };
  });

  return [readMe];
}
