import { setTimeout as sleep } from 'node:timers/promises';
import { bigInteger, float, text } from '../../connection/column.js';
import type { StatementScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

/** A leader's lease, for as long as the database has confirmed. */
export interface Lease {
  /**
   * Higher than every earlier holder's number: a statement with the number does nothing once
   * another holder has a higher number.
   */
  readonly number: number;
  /**
   * False from the moment when another process may lead, however long the process was stopped
   * before asking.
   */
  isHeld(): boolean;
  /** Aborted when another process leads, or the database cannot be asked. */
  readonly lost: AbortSignal;
}

/** Thrown when another process leads; the pending write is not done. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

const leaseMs = 5_000;
const renewEveryMs = 1_000;
/** Margin between giving up the lease and another process's chance to take over. */
const marginMs = 500;

/**
 * A select for a query of the holder, with the parameter `:leaseNumber`: no other process takes the
 * lease while the query runs, and the select finds no row after a takeover.
 */
export const heldLease = (name: string): string =>
  `select 1 from platform.leases l where l.name = '${name}' and l.number = :leaseNumber for share`;

// Measured by one clock: a lease that ends later than possible was given before the clock was set
// back.
const leaseTaking = query({
  name: 'leases.take',
  parameters: { name: text, seconds: float },
  row: { number: bigInteger },
  text: `
  update platform.leases l
  set number = l.number + 1, held_until = clock_timestamp() + make_interval(secs => :seconds)
  where l.name = :name and (l.held_until < clock_timestamp()
    or l.held_until > clock_timestamp() + make_interval(secs => :seconds))
  returning l.number`,
});
const leaseRenewal = query({
  name: 'leases.renew',
  parameters: { name: text, number: bigInteger, seconds: float },
  row: { number: bigInteger },
  text: `
  update platform.leases l set held_until = clock_timestamp() + make_interval(secs => :seconds)
  where l.name = :name and l.number = :number returning l.number`,
});
const leaseEnd = query({
  name: 'leases.give_up',
  parameters: { name: text, number: bigInteger },
  text: `
  update platform.leases l set held_until = '-infinity'
  where l.name = :name and l.number = :number`,
});

/** Leases with a single holder at a time, in a scope of the role millrace_relay. */
export function leaseStore(scope: StatementScope) {
  return {
    /**
     * Runs `work` while the process alone holds the lease; returns false when another process holds
     * the lease.
     */
    async whileHeld(name: string, work: (lease: Lease) => Promise<void>): Promise<boolean> {
      const askedAt = performance.now();
      const seconds = leaseMs / 1_000;
      const [taken] = await scope.run(leaseTaking, { name, seconds });
      if (taken === undefined) return false;
      const { number } = taken;

      let heldUntil = askedAt + leaseMs - marginMs;
      const lost = new AbortController();
      const ended = new AbortController();
      const renew = async (): Promise<void> => {
        const renewedAt = performance.now();
        const renewed = await scope.run(leaseRenewal, { name, number, seconds });
        if (renewed.length === 0) throw new LeaseLost('another process leads');
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
        // Otherwise the next holder waits until the lease has run out.
        await scope.run(leaseEnd, { name, number }).catch(() => undefined);
      }
    },
  };
}
export type LeaseStore = ReturnType<typeof leaseStore>;
