import { newId } from '../../db/shared/id.js';
import type {
  AccessRefusal,
  AccessRefusalInbox,
} from '../../db/devices/access/access-refusal.inbox.js';
import type { Logger } from '../observability/logger.js';
import type { Part } from '../../processes/part.js';
import type { RefusedName } from './peer.js';
import { startTally } from './tally.js';

/**
 * Names and reasons with a count of their own between two reports. Strangers have places of their
 * own, so made-up names cannot push out the refusals of a signed-in peer, nor fill an account's
 * audit log with more than one entry a minute.
 */
const most = { peer: 1_000, stranger: 200 };

/** At moments of the monotonic clock: no step of a clock changes how long ago something was. */
interface CountedRefusal extends Omit<AccessRefusal, 'firstAgoMs' | 'lastAgoMs'> {
  firstAtMs: number;
  lastAtMs: number;
}

export interface Refusals extends Part {
  /** The name, the reason and the address; a stranger is a peer without admission. */
  count(
    name: RefusedName,
    reason: string,
    from: { address: string | undefined; isStranger: boolean },
  ): void;
}

/**
 * Counts refusals and reports once a minute: one event and one audit entry a name and reason,
 * however many refusals.
 */
export function startRefusals(parts: {
  inbox: AccessRefusalInbox;
  logger: Logger;
  everyMs?: number;
  nowMs?: () => number;
}): Refusals {
  const { inbox, logger, everyMs = 60_000, nowMs = () => performance.now() } = parts;
  let uncounted = 0;

  const tally = startTally<Record<keyof typeof most, CountedRefusal>>({
    most,
    everyMs,
    async report({ peer, stranger }) {
      const now = nowMs();
      const refusals = [...peer.values(), ...stranger.values()].map((each) => reportOf(each, now));
      if (uncounted > 0)
        logger.warn({ count: uncounted }, 'refusals of more names than are told apart');
      uncounted = 0;
      if (refusals.length === 0) return;
      await inbox
        .take(refusals)
        .catch((error: unknown) =>
          logger.error({ err: error, count: refusals.length }, 'refusals were not audited'),
        );
    },
  });
  return {
    count(name, reason, { address, isStranger }) {
      const subjectId = name.kind === 'device' ? name.deviceId : name.accountId;
      const atMs = nowMs();
      const refusal = tally.entry(
        isStranger ? 'stranger' : 'peer',
        `${subjectId} ${reason}`,
        () => ({
          refusalId: newId(),
          kind: name.kind,
          subjectId,
          reason,
          count: 0,
          firstAtMs: atMs,
          lastAtMs: atMs,
          address: address ?? null,
        }),
      );
      if (!refusal) return void (uncounted += 1);
      refusal.count += 1;
      refusal.lastAtMs = atMs;
    },
    stop: tally.stop,
  };
}

const reportOf = (
  { firstAtMs, lastAtMs, ...refusal }: CountedRefusal,
  nowMs: number,
): AccessRefusal => ({
  ...refusal,
  firstAgoMs: nowMs - firstAtMs,
  lastAgoMs: nowMs - lastAtMs,
});
