import {
  boolean,
  builtJson,
  listOf,
  orNull,
  text,
  timestamp,
  uuid,
  type Values,
} from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

const openSession = {
  session_id: uuid,
  created_at: timestamp,
  last_used_at: timestamp,
  expires_at: timestamp,
  ip: orNull(text),
  user_agent: orNull(text),
  amr: builtJson<string[]>(),
  is_current: boolean,
};
type OpenSessionView = Values<typeof openSession>;

const openSessions = query({
  name: 'session.openOfPrincipal',
  parameters: { principalId: uuid, currentSessionId: uuid },
  row: openSession,
  text: `select ${listOf(openSession, 's', {
    expires_at: 'least(s.expires_at, s.absolute_until)',
    amr: 'to_json(s.amr)',
    is_current: 's.session_id = :currentSessionId',
  })}
   from identity.user_sessions s
   where s.principal_id = :principalId and s.revoked_at is null
     and least(s.expires_at, s.absolute_until) > now()
   order by s.last_used_at desc, s.session_id`,
});

/** Of the scope's principal. */
export const sessionViews = (scope: ReadScope) => ({
  /** The open sessions, the last used first. */
  open: (currentSessionId: string): Promise<OpenSessionView[]> =>
    scope.read(openSessions, { principalId: scope.principalId, currentSessionId }),
});
