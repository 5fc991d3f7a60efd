/**
 * A device numbers its messages, but real devices start again at 0, jump and repeat. A message with
 * an unclear number stands aside until the next messages decide.
 */

/**
 * Numbers up to so far below a device's highest may be out of order at the device's beginning, or a
 * repeat in other words.
 */
export const nearBelow = 100;
/** No device catches up from further below: a device stores at most so many messages. */
export const farBelow = 100_000;
/** A number up to here is near a counter's start. */
const nearStart = 100;
/** So many messages outweigh the standing known before. */
const enough = 3;
/**
 * So many messages in a row outweigh the standing with a single contradiction among them: the
 * device had lost the other numbers.
 */
const plenty = 10;
/** Time in which messages sent together arrive. */
const disorderMs = 60_000;
/**
 * Wait of a message that fills a gap in an odd way (short), and of a message that may belong to a
 * new epoch (long).
 */
const patienceMs = 10_000;
const longPatienceMs = 7 * 24 * 3_600_000;

/**
 * COUNTER: the device counts on from below, with other content under known numbers. COMMAND: a
 * person declared the restart.
 */
export const restartCauses = ['BOOT_ID', 'RESET_REASON', 'COUNTER', 'COMMAND'] as const;
export type RestartCause = (typeof restartCauses)[number];

/** A device's numbers in the present epoch. */
export interface SequenceStanding {
  /** Lowest and highest number; null before the first. */
  bottom: number | null;
  top: number | null;
  /** How far above `top` a number may plausibly be. */
  reach: number;
  acceptedTo: number;
  bootId: string | null;
  /** By the clock of the device. */
  newestObservedMs: number | null;
}

/**
 * A message compared with the stored message of the same number: the same, the same measurement in
 * other words, or another message.
 */
export type Likeness = 'SAME' | 'SAME_MEASURE' | 'OTHER';

export interface AsideMessage {
  seq: number;
  bootId: string | null;
  /** The device reports a fresh start. */
  saysRestarted: boolean;
  observedMs: number | null;
  waitedMs: number;
  /** How far the device was when the message came. */
  acceptedTo: number;
  top: number | null;
  /** The number is taken in the present epoch, or was given up. */
  isTaken: boolean;
  isGivenUp: boolean;
  /** The number belongs to the account that had the device before. */
  isOfBefore: boolean;
  /** The same message stands aside already, or was kept in an epoch before. */
  isRepeat: boolean;
  /** Null where nothing is found under the number. */
  stored: { likeness: Likeness; bootId: string | null } | null;
}

type AsideVerdict =
  'ACCEPT' | 'WAIT' | 'DUPLICATE' | 'SEQ_IMPLAUSIBLE' | 'GAP_GIVEN_UP' | 'UNATTACHED';

interface AsideDecision {
  /** A verdict for each message, in the order of the messages. */
  verdicts: AsideVerdict[];
  /**
   * Cause of a new epoch, which begins with the accepted messages; the others are decided on again
   * in the new epoch.
   */
  restart?: RestartCause;
  /** The longest real jump beyond reach; 0 for none. */
  longestJump: number;
}

/** Decides on the messages of one device standing aside, in the order of arrival. */
export function decideAside(
  standing: SequenceStanding,
  messages: readonly AsideMessage[],
): AsideDecision {
  const verdicts: AsideVerdict[] = [];
  const accepted = new Set<number>();
  const waiting: number[] = [];
  let { top } = standing;
  let longestJump = 0;
  for (const [index, message] of messages.entries()) {
    const verdict = verdictOf({ ...standing, top }, message, messages.slice(index + 1));
    // The second message of a number is compared with the first after the first is stored.
    if (verdict === 'ACCEPT' && accepted.has(message.seq)) {
      verdicts.push('WAIT');
      continue;
    }
    // A gap may belong to the epoch before, or be the next number of the new epoch.
    const isDoubtful =
      top !== null &&
      message.seq < top &&
      waiting.some((each) => isBeside(message, messages[each]));
    verdicts.push(verdict === 'ACCEPT' && isDoubtful ? 'WAIT' : verdict);
    if (verdict === 'ACCEPT' && !isDoubtful) {
      accepted.add(message.seq);
      if (top !== null && message.seq - top > standing.reach)
        longestJump = Math.max(longestJump, message.seq - top);
      top = Math.max(top ?? 0, message.seq);
    } else if (verdicts[index] === 'WAIT' && top !== null && message.seq <= top) {
      waiting.push(index);
      const run = lastRun(messages, waiting);
      const cause = evidence(
        standing,
        run.flatMap((index) => messages[index] ?? []),
      );
      // Messages of the ending epoch are accepted first; the next pass finds the restart again.
      if (cause !== undefined && accepted.size === 0)
        return restarted(messages, verdicts, run, cause);
    }
  }
  return { verdicts, longestJump };

  function isBeside(message: AsideMessage, other: AsideMessage | undefined): boolean {
    if (!other || Math.abs(other.seq - message.seq) > nearBelow || other.bootId !== message.bootId)
      return false;
    return contradicts(standing, other);
  }
}

const restarted = (
  messages: readonly AsideMessage[],
  verdicts: readonly AsideVerdict[],
  run: readonly number[],
  restart: RestartCause,
): AsideDecision => ({
  verdicts: messages.map((_, index) =>
    run.includes(index) ? 'ACCEPT' : (verdicts[index] ?? 'WAIT'),
  ),
  restart,
  longestJump: 0,
});

function verdictOf(
  standing: SequenceStanding,
  message: AsideMessage,
  later: readonly AsideMessage[],
): AsideVerdict {
  if (message.isRepeat) return 'DUPLICATE';
  if (standing.top === null) return 'ACCEPT';
  return message.seq > standing.top
    ? aboveVerdict(standing, message, later)
    : belowVerdict(standing, message);
}

/** A jump is real if the device goes on above the jump, and none if the device goes on below. */
function aboveVerdict(
  standing: SequenceStanding,
  message: AsideMessage,
  later: readonly AsideMessage[],
): AsideVerdict {
  if (message.seq - (standing.top ?? 0) <= standing.reach) return 'ACCEPT';
  const above = later.filter(({ seq }) => seq > message.seq);
  const below = wentOn(standing, message);
  const isFollowed = above.some(({ seq }) => seq - message.seq <= standing.reach);
  if (isFollowed || (above.length > 0 && above.length >= below)) return 'ACCEPT';
  // A few messages out of order decide nothing yet.
  return below >= nearBelow || (below >= enough && message.waitedMs >= disorderMs)
    ? 'SEQ_IMPLAUSIBLE'
    : 'WAIT';
}

function belowVerdict(standing: SequenceStanding, message: AsideMessage): AsideVerdict {
  const { stored, isTaken, isOfBefore, waitedMs } = message;
  if (
    stored?.likeness === 'SAME' ||
    (stored?.likeness === 'SAME_MEASURE' && isNear(standing, message))
  )
    return 'DUPLICATE';
  if (isFree(message) && isPlainGap(standing, message)) return 'ACCEPT';
  const isOdd = isTaken || isLater(standing, message) || isFar(standing, message);
  if (wentOn(standing, message) < enough && waitedMs < (isOdd ? longPatienceMs : patienceMs))
    return 'WAIT';
  if (isOfBefore) return 'UNATTACHED';
  if (isFree(message)) return 'ACCEPT';
  return message.isGivenUp && !stored ? 'GAP_GIVEN_UP' : 'DUPLICATE';
}

/**
 * The cause by which the last of a run of messages shows a restarted counter; undefined without
 * such evidence.
 */
function evidence(
  standing: SequenceStanding,
  run: readonly AsideMessage[],
): RestartCause | undefined {
  const last = run.at(-1);
  if (!last) return undefined;
  if (isOtherBoot(last.stored?.bootId ?? null, last)) return 'BOOT_ID';
  // A number without a stored message may be an early number arriving late, unless the clock says
  // otherwise.
  const isFresh = last.stored
    ? !isEarlier(standing, last)
    : !isNear(standing, last) && isLater(standing, last);
  if (last.seq <= nearStart && isFresh) {
    if (isOtherBoot(standing.bootId, last)) return 'BOOT_ID';
    if (last.saysRestarted) return 'RESET_REASON';
  }
  const contradicting = run.filter((message) => contradicts(standing, message));
  const isOne = run.every((message) => contradicting.includes(message) || isFree(message));
  const isLong = run.length >= plenty && run.some(({ stored }) => stored?.likeness === 'OTHER');
  return isOne && (contradicting.length >= enough || isLong) ? 'COUNTER' : undefined;
}

/** The message can be neither a repeat nor a late message from before. */
function contradicts(standing: SequenceStanding, message: AsideMessage): boolean {
  if (message.stored?.likeness === 'OTHER') return true;
  if (isNear(standing, message)) return false;
  if (message.stored?.likeness === 'SAME_MEASURE' || isLater(standing, message)) return true;
  return isFar(standing, message) && isFree(message);
}

/** The last waiting messages whose numbers rise in small steps, all of one start of the device. */
function lastRun(messages: readonly AsideMessage[], waiting: readonly number[]): number[] {
  const run: number[] = [];
  for (const index of [...waiting].reverse()) {
    const [message, next] = [messages[index], messages[run[0] ?? -1]];
    if (!message) break;
    const step = next ? next.seq - message.seq : 1;
    if (step < 1 || step > nearBelow || (next && next.bootId !== message.bootId)) break;
    run.unshift(index);
  }
  return run;
}

/** How many messages were let in since, if the highest number has risen. */
const wentOn = (standing: SequenceStanding, { acceptedTo, top }: AsideMessage): number =>
  (standing.top ?? -1) > (top ?? -1) ? standing.acceptedTo - acceptedTo : 0;
const isFree = ({ isTaken, isOfBefore }: AsideMessage): boolean => !isTaken && !isOfBefore;
const depth = ({ top }: SequenceStanding, { seq }: AsideMessage): number => (top ?? 0) - seq;
const isNear = (standing: SequenceStanding, message: AsideMessage): boolean =>
  depth(standing, message) < nearBelow;
const isFar = (standing: SequenceStanding, message: AsideMessage): boolean =>
  depth(standing, message) > farBelow;
const isPlainGap = (standing: SequenceStanding, message: AsideMessage): boolean =>
  (message.seq >= (standing.bottom ?? 0) ? !isFar(standing, message) : isNear(standing, message)) &&
  !isOtherBoot(standing.bootId, message);
const isOtherBoot = (ownBootId: string | null, { bootId }: AsideMessage): boolean =>
  ownBootId !== null && bootId !== null && ownBootId !== bootId;
const isLater = ({ newestObservedMs }: SequenceStanding, { observedMs }: AsideMessage): boolean =>
  newestObservedMs !== null && observedMs !== null && observedMs > newestObservedMs;
const isEarlier = ({ newestObservedMs }: SequenceStanding, { observedMs }: AsideMessage): boolean =>
  newestObservedMs !== null && observedMs !== null && observedMs < newestObservedMs;
