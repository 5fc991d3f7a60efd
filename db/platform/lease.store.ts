import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

/** Of whoever leads, for as long as the database has confirmed it. */
export interface Lease {
  /** Higher than any holder's before: a statement that names it does nothing once somebody else has a higher one. */
  readonly number: number;
  /** False from the moment at which somebody else may lead, however long this process was stopped before it asks. */
  isHeld(): boolean;
  /** Aborted when somebody else leads, or the database cannot be asked. */
  readonly lost: AbortSignal;
}

/** Somebody else leads, so that what was to be written is not. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

const leaseMs = 5_000;
const renewEveryMs = 1_000;
/** Given up before somebody else can have it. */
const marginMs = 500;

/** For a statement of the holder: nobody takes the lease while it runs, and it finds no row where somebody has. */
export const heldLease = (name: string, number: string): string =>
  `select 1 from platform.leases l where l.name = '${name}' and l.number = ${number} for share`;

// By one clock: a lease that ends later than one can was given before that clock was set back.
const takeLease = {
  name: 'leases.take',
  text: `
  update platform.leases l set number = l.number + 1, held_until = clock_timestamp() + make_interval(secs => $2)
  where l.name = $1 and (l.held_until < clock_timestamp() or l.held_until > clock_timestamp() + make_interval(secs => $2))
  returning l.number`,
};
const renewLease = {
  name: 'leases.renew',
  text: `
  update platform.leases l set held_until = clock_timestamp() + make_interval(secs => $3)
  where l.name = $1 and l.number = $2 returning l.number`,
};
const giveUpLease = {
  name: 'leases.give_up',
  text: `update platform.leases l set held_until = '-infinity' where l.name = $1 and l.number = $2`,
};

/** Offices of which each has one holder at a time, over a pool of the role millrace_relay. */
export function createLeaseStore(pool: pg.Pool) {
  return {
    /** Runs `work` while this process alone has the lease; answers false when another one has it. */
    async whileHeld(name: string, work: (lease: Lease) => Promise<void>): Promise<boolean> {
      const askedAt = performance.now();
      const { rows } = await pool.query<{ number: number }>({ ...takeLease, values: [name, leaseMs / 1_000] });
      const number = rows[0]?.number;
      if (number === undefined) return false;

      let heldUntil = askedAt + leaseMs - marginMs;
      const lost = new AbortController();
      const ended = new AbortController();
      const renew = async (): Promise<void> => {
        const renewedAt = performance.now();
        const answer = await pool.query({ ...renewLease, values: [name, number, leaseMs / 1_000] });
        if (answer.rows.length === 0) throw new LeaseLost('another process leads');
        heldUntil = renewedAt + leaseMs - marginMs;
      };
      const renewing = async (): Promise<void> => {
        while (!ended.signal.aborted) {
          await sleep(renewEveryMs, undefined, { signal: ended.signal }).catch(() => undefined);
          if (ended.signal.aborted) return;
          try {
            await renew();
          } catch (error) {
            return lost.abort(error);
          }
        }
      };
      const renewal = renewing();
      try {
        await work({ number, isHeld: () => performance.now() < heldUntil, lost: lost.signal });
        return true;
      } finally {
        ended.abort();
        await renewal;
        // Else the next holder waits until it has run out.
        await pool.query({ ...giveUpLease, values: [name, number] }).catch(() => undefined);
      }
    },
  };
}
export type LeaseStore = ReturnType<typeof createLeaseStore>;
