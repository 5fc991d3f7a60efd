import { createHash } from 'node:crypto';
import { maxSessions } from '../../../workflows/identity/session.rules.js';
import { arrayOf, boolean, bytes, integer, orNull, text, uuid } from '../../connection/column.js';
import type { WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import type { NewEvent } from '../../shared/event.js';
import { securityNotice } from '../notice/notice.events.js';
import { sessionEnded } from './session-end.records.js';

const agentMemoryDays = 90;

/**
 * Runs behind the insert of the session, whose transaction holds the user's row: so the sessions of
 * every earlier sign-in are seen. An agent is known by an earlier sign-in, or by a session that
 * went on after the sign-in.
 */
const settlement = query({
  name: 'session.settle',
  parameters: {
    userId: uuid,
    sessionId: uuid,
    userAgent: orNull(text),
    agentHash: bytes,
    maxSessions: integer,
    agentMemoryDays: integer,
  },
  row: { endedIds: arrayOf(uuid), isNewAgent: boolean },
  text: `with oldest as (
     select s.session_id from identity.user_sessions s
     where s.user_id = :userId and s.revoked_at is null and least(s.expires_at, s.absolute_until) > now()
     order by s.session_id = :sessionId desc, s.created_at desc, s.session_id desc offset :maxSessions
   ), ended as (
     update identity.user_sessions s set revoked_at = now(), revoke_reason = 'TOO_MANY'
     from oldest o where s.session_id = o.session_id and s.revoked_at is null returning s.session_id
   ), noted as (
     insert into identity.sign_in_agents as a (user_id, agent_hash) values (:userId, :agentHash)
     on conflict (user_id, agent_hash) do update set seen_at = now()
   )
   select array(select e.session_id from ended e) as ended_ids,
     not exists (select 1 from identity.sign_in_agents a where a.user_id = :userId and a.agent_hash = :agentHash
       and a.seen_at > now() - make_interval(days => :agentMemoryDays))
     and not exists (select 1 from identity.user_sessions s where s.user_id = :userId and s.session_id <> :sessionId
       and s.user_agent is not distinct from :userAgent
       and s.last_used_at > now() - make_interval(days => :agentMemoryDays)) as is_new_agent`,
});

interface OpenedSession {
  userId: string;
  sessionId: string;
  userAgent: string | null;
}

/**
 * Ends the oldest sessions beyond the limit, and remembers the program that signs in; returns what
 * is to be told of it.
 */
export async function settleSession(
  scope: WriteScope,
  { userId, sessionId, userAgent }: OpenedSession,
): Promise<NewEvent[]> {
  const agentHash = createHash('sha256')
    .update(userAgent ?? '')
    .digest();
  const agent = { userAgent, agentHash, agentMemoryDays };
  const [settled] = await scope.run(settlement, { userId, sessionId, ...agent, maxSessions });
  const { endedIds = [], isNewAgent = false } = settled ?? {};
  const ended = endedIds.map((endedId) =>
    sessionEnded({ sessionId: endedId, userId, reason: 'TOO_MANY' }),
  );
  return isNewAgent ? [...ended, securityNotice(userId, 'NEW_SIGN_IN')] : ended;
}
