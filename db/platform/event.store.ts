import type pg from 'pg';

/** An event as its consumers see it. */
export interface StoredEvent {
  eventId: string;
  accountId: string | null;
  counterpartAccountId: string | null;
  eventType: string;
  eventVersion: number;
  subjectType: string;
  subjectId: string;
  subjectSeq: number;
  occurredAt: string;
  actorPrincipalId: string | null;
  correlationId: string | null;
  payload: Record<string, unknown>;
  attempts: number;
}

/**
 * What is still to be dispatched, oldest first. Rows carry a mark rather than a cursor, so a slow transaction's event is
 * found whenever it becomes visible, and a subject's events become visible in their order, since they are numbered under a lock.
 * Behind an event that waits for its next try, or is dead, its subject's lane is held; other lanes go on.
 */
const pendingEvents = `
  select e.event_id as "eventId", e.account_id as "accountId", e.counterpart_account_id as "counterpartAccountId",
    e.event_type as "eventType", e.event_version as "eventVersion", e.subject_type as "subjectType", e.subject_id as "subjectId",
    e.subject_seq as "subjectSeq", e.occurred_at as "occurredAt", e.actor_principal_id as "actorPrincipalId",
    e.correlation_id as "correlationId", e.payload, e.attempts
  from platform.events e
  where e.dispatched_at is null and e.available_at <= now() and not exists (
    select 1 from platform.events p
    where p.dispatched_at is null and p.subject_type = e.subject_type and p.subject_id = e.subject_id
      and p.subject_seq < e.subject_seq and p.available_at > now())
  order by e.position limit $1`;

/** The relay's face of the outbox, over a pool of the role millrace_relay. */
export function createEventStore(pool: pg.Pool) {
  return {
    async pending(limit: number): Promise<StoredEvent[]> {
      return (await pool.query<StoredEvent>({ name: 'events.pending', text: pendingEvents, values: [limit] })).rows;
    },

    async markDispatched(eventIds: readonly string[]): Promise<void> {
      await pool.query({
        name: 'events.dispatched',
        text: 'update platform.events set dispatched_at = now() where event_id = any($1::uuid[])',
        values: [eventIds],
      });
    },

    /** Tries again after `delayMs`, or never when it is null: the event is then a dead letter and holds its lane. */
    async markFailed(eventId: string, delayMs: number | null, error: string): Promise<void> {
      await pool.query(
        `update platform.events set attempts = attempts + 1, last_error = $3,
           available_at = case when $2::bigint is null then 'infinity' else now() + make_interval(secs => $2::bigint / 1000.0) end,
           dead_lettered_at = case when $2::bigint is null then now() end
         where event_id = $1`,
        [eventId, delayMs, error.slice(0, 500)],
      );
    },

    /** Runs `work` while this process alone holds the outbox; answers false when another one holds it. */
    async whileLeading(work: () => Promise<void>): Promise<boolean> {
      const client = await pool.connect();
      try {
        const { rows } = await client.query<{ held: boolean }>(
          "select pg_try_advisory_lock(hashtext('millrace.outbox')) as held",
        );
        if (!rows[0]?.held) return false;
        await work();
        return true;
      } finally {
        // Destroyed rather than returned: the lock belongs to the session and goes with it.
        client.release(true);
      }
    },
  };
}

export type EventStore = ReturnType<typeof createEventStore>;
