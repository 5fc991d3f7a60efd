import type pg from 'pg';
import { eventually } from '../timing/eventually.js';

/** Work under a lock of another transaction. */
interface Held {
  admin: pg.Pool;
  /** Locks rows, in the other transaction. */
  text: string;
  values: readonly unknown[];
}

/**
 * The statement with which the work waits for rows of another transaction; undefined where the work
 * is over without a wait. The work goes on afterwards, to whatever end.
 */
export async function waitingStatement(
  { admin, text, values }: Held,
  work: () => Promise<unknown>,
): Promise<string | undefined> {
  const holder = await admin.connect();
  try {
    await holder.query('begin');
    await holder.query(text, [...values]);
    const { rows: own } = await holder.query<{ pid: number }>('select pg_backend_pid() as pid');
    let isOver = false;
    const end = work()
      .catch(() => undefined)
      .finally(() => (isOver = true));
    const pid = await eventually(async () => {
      const { rows } = await admin.query<{ pid: number }>(
        'select a.pid from pg_stat_activity a where $1 = any (pg_blocking_pids(a.pid))',
        [own[0]?.pid],
      );
      if (!rows[0] && !isOver) throw new Error('neither waits nor is over');
      return rows[0]?.pid;
    });
    // Asked once the wait is known: activity and waits asked together are of different moments.
    const { rows: waiting } = await admin.query<{ query: string }>(
      'select a.query from pg_stat_activity a where a.pid = $1',
      [pid],
    );
    await holder.query('rollback');
    await end;
    return waiting[0]?.query;
  } finally {
    holder.release(true);
  }
}
