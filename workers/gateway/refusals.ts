import { newId } from '../../db/shared/id.js';
import type { AccessRefusal, AccessRefusalInbox } from '../../db/water/access-refusal.inbox.js';
import type { Logger } from '../shared/logger.js';
import type { Part } from '../shared/part.js';
import type { RefusedName } from './peer.js';

/**
 * Names and reasons that are counted apart between two reports. Strangers have places of their own, so that made-up names
 * cannot push out what somebody did who is signed in, nor fill the audit log of anybody with more than one entry a minute.
 */
const mostOfPeers = 1_000;
const mostOfStrangers = 200;

/** At moments of the monotonic clock: no step of a clock changes how long ago something was. */
interface CountedRefusal extends Omit<AccessRefusal, 'firstAgoMs' | 'lastAgoMs'> {
  firstAtMs: number;
  lastAtMs: number;
}

export interface Refusals extends Part {
  /** In whose name, why, from where; a stranger is whoever was not let in. */
  count(name: RefusedName, reason: string, from: { address: string | undefined; isStranger: boolean }): void;
}

/** Counts what was refused and reports it once a minute: one event and one audit entry a name and reason, however often it came. */
export function startRefusals(parts: {
  inbox: AccessRefusalInbox;
  logger: Logger;
  everyMs?: number;
  nowMs?: () => number;
}): Refusals {
  const { inbox, logger, everyMs = 60_000, nowMs = () => performance.now() } = parts;
  const ofPeers = new Map<string, CountedRefusal>();
  const ofStrangers = new Map<string, CountedRefusal>();
  let uncounted = 0;
  let reporting = Promise.resolve();

  async function report(): Promise<void> {
    const now = nowMs();
    const refusals = [...ofPeers.values(), ...ofStrangers.values()].map((each) => reportOf(each, now));
    ofPeers.clear();
    ofStrangers.clear();
    if (uncounted > 0) logger.warn({ count: uncounted }, 'refusals of more names than are told apart');
    uncounted = 0;
    if (refusals.length === 0) return;
    await inbox
      .take(refusals)
      .catch((error: unknown) => logger.error({ err: error, count: refusals.length }, 'refusals were not audited'));
  }

  const timer = setInterval(() => {
    reporting = reporting.then(report);
  }, everyMs);
  return {
    count(name, reason, { address, isStranger }) {
      const [known, most] = isStranger ? [ofStrangers, mostOfStrangers] : [ofPeers, mostOfPeers];
      const subjectId = name.kind === 'device' ? name.deviceId : name.accountId;
      const key = `${subjectId} ${reason}`;
      const atMs = nowMs();
      const before = known.get(key);
      if (before) {
        before.count += 1;
        before.lastAtMs = atMs;
        return;
      }
      if (known.size >= most) return void (uncounted += 1);
      known.set(key, {
        refusalId: newId(),
        kind: name.kind,
        subjectId,
        reason,
        count: 1,
        firstAtMs: atMs,
        lastAtMs: atMs,
        address: address ?? null,
      });
    },
    stop: async () => {
      clearInterval(timer);
      await reporting;
      await report();
    },
  };
}

const reportOf = ({ firstAtMs, lastAtMs, ...refusal }: CountedRefusal, nowMs: number): AccessRefusal => ({
  ...refusal,
  firstAgoMs: nowMs - firstAtMs,
  lastAgoMs: nowMs - lastAtMs,
});
