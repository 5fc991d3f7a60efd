import type { Reader } from '../shared/database.js';
import { statement } from '../shared/database.js';
import type { CallerViews, Standing } from './caller.views.js';

// Nobody is platform admin there: an admin's session hears the events of the accounts in which it has a role, as all do.
const standingOfSession = statement(
  'session.standing',
  `select s.user_id as "userId", s.epoch, s.expires_at as "expiresAt", s.is_open as "isOpen", s.memberships,
     false as "isPlatformAdmin" from identity.session_standing($1::uuid, $2::uuid) s`,
);

/** The standing of one session at a time, as millrace_gateway, which reads no table of people. */
export function createSessionStandingViews(read: Reader): CallerViews {
  return {
    async bySession(sessionId, principalId) {
      const [row] = await read.inPrincipal<Standing>(principalId, standingOfSession, [sessionId, principalId]);
      return row;
    },
  };
}
