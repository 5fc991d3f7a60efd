import { uuid } from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { standing, type CallerViews } from './caller.views.js';

// Nobody is platform admin there: an admin's session hears the events of the accounts in which it
// has a role, as all do. A role on one resource hears nothing: topics are accounts'.
const publicStanding = query({
  name: 'session.standing',
  parameters: { sessionId: uuid, principalId: uuid },
  row: standing,
  text: `select s.user_id, s.epoch, s.expires_at, s.is_open, s.memberships, false as is_platform_admin,
     false as is_support, '[]'::json as grants
   from identity.session_standing(:sessionId, :principalId) s`,
});

/**
 * The standing of a session, read as millrace_gateway, a role without access to tables of people.
 */
export const sessionStandingViews = (scope: ReadScope): Pick<CallerViews, 'bySession'> => ({
  async bySession(sessionId) {
    const { principalId } = scope;
    const [row] = await scope.read(publicStanding, { sessionId, principalId });
    return row;
  },
});
