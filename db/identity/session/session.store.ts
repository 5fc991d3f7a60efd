import { integer } from '../../connection/column.js';
import type { StatementScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

const batchSize = 2_000;

/** Refresh tokens go with their sessions. */
const purge = query({
  name: 'sessions.purge',
  parameters: { batchSize: integer },
  row: { purged: integer },
  text: `with ended as (
     delete from identity.user_sessions where session_id = any (array(
       select s.session_id from identity.user_sessions s
       where least(s.revoked_at, s.expires_at, s.absolute_until) < now() - interval '30 days' limit :batchSize)) returning 1
   ), agents as (
     delete from identity.sign_in_agents where (user_id, agent_hash) in (
       select a.user_id, a.agent_hash from identity.sign_in_agents a
       where a.seen_at < now() - interval '90 days' limit :batchSize) returning 1
   ), notices as (
     delete from identity.notices where event_id = any (array(
       select n.event_id from identity.notices n
       where n.status <> 'QUEUED' and n.created_at < now() - interval '30 days' limit :batchSize)) returning 1
   )
   select ((select count(*) from ended) + (select count(*) from notices) + (select count(*) from agents))::int as purged`,
});

/** In a scope of the platform. */
export const sessionStore = (scope: StatementScope) => ({
  /** Deletes sessions that ended, and notices told, 30 days ago, at most a batch of each; returns the number. */
  async purge(): Promise<number> {
    const [row] = await scope.run(purge, { batchSize });
    return row?.purged ?? 0;
  },
});
