/**
 * A device numbers its messages; devices as they are start again at 0, jump and repeat themselves. Where a number alone does
 * not tell which of these it is, its message stands aside until the next messages do.
 */

/** So far below its highest number a device may be out of order at its beginning, or repeat a message in other words. */
export const nearBelow = 100;
/** Further below it no device catches up: as many messages as it may have stored at once. */
export const farBelow = 100_000;
/** A counter is near its start up to here. */
const nearStart = 100;
/** So many messages are believed against what was known before them. */
const enough = 3;
/** So many in a row are, where only one of them contradicts it: the others have numbers that the device had lost. */
const plenty = 10;
/** Messages that were sent at about the same time have come by then. */
const disorderMs = 60_000;
/** How long a message waits that fills a gap in an odd way, and one that may yet turn out to be of a new epoch. */
const patienceMs = 10_000;
const longPatienceMs = 7 * 24 * 3_600_000;

/** COUNTER: it goes on from somewhere below, with other content under its numbers. COMMAND: somebody said so. */
export const restartCauses = ['BOOT_ID', 'RESET_REASON', 'COUNTER', 'COMMAND'] as const;
export type RestartCause = (typeof restartCauses)[number];

/** How far a device has come in its present epoch. */
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

/** What is stored under the number of a message: the same, the same measurement in other words, or another one. */
export type Likeness = 'SAME' | 'SAME_MEASURE' | 'OTHER';

export interface AsideMessage {
  seq: number;
  bootId: string | null;
  /** The device says that it has just started. */
  saysRestarted: boolean;
  observedMs: number | null;
  waitedMs: number;
  /** How far the device was when the message came. */
  acceptedTo: number;
  top: number | null;
  /** The number is taken in this epoch, or was given up. */
  isTaken: boolean;
  isGivenUp: boolean;
  /** The number is one of those of whoever had the device before. */
  isOfBefore: boolean;
  /** The same message stands aside already, or was kept in an epoch before. */
  isRepeat: boolean;
  /** Null where nothing is found under the number. */
  stored: { likeness: Likeness; bootId: string | null } | null;
}

export type AsideVerdict = 'ACCEPT' | 'WAIT' | 'DUPLICATE' | 'SEQ_IMPLAUSIBLE' | 'GAP_GIVEN_UP' | 'UNATTACHED';

export interface AsideDecision {
  /** One a message, in their order. */
  verdicts: AsideVerdict[];
  /** The accepted messages are the first of a new epoch, in which the rest is decided on again. */
  restart?: RestartCause;
  /** The longest jump that was real although out of reach; 0 for none. */
  longestJump: number;
}

/** Decides on the messages of one device that stand aside, in the order in which they came. */
export function decideAside(standing: SequenceStanding, messages: readonly AsideMessage[]): AsideDecision {
  const verdicts: AsideVerdict[] = [];
  const accepted = new Set<number>();
  const waiting: number[] = [];
  let { top } = standing;
  let longestJump = 0;
  for (const [at, message] of messages.entries()) {
    const verdict = verdictOf({ ...standing, top }, message, messages.slice(at + 1));
    // Two messages of one number: the second is compared with the first when that is stored.
    if (verdict === 'ACCEPT' && accepted.has(message.seq)) {
      verdicts.push('WAIT');
      continue;
    }
    // A gap may be one of the epoch before, or what comes next in the one that has begun.
    const isDoubtful = top !== null && message.seq < top && waiting.some((each) => isBeside(message, messages[each]));
    verdicts.push(verdict === 'ACCEPT' && isDoubtful ? 'WAIT' : verdict);
    if (verdict === 'ACCEPT' && !isDoubtful) {
      accepted.add(message.seq);
      if (top !== null && message.seq - top > standing.reach) longestJump = Math.max(longestJump, message.seq - top);
      top = Math.max(top ?? 0, message.seq);
    } else if (verdicts[at] === 'WAIT' && top !== null && message.seq <= top) {
      waiting.push(at);
      const run = lastRun(messages, waiting);
      const cause = evidence(
        standing,
        run.flatMap((index) => messages[index] ?? []),
      );
      // What belongs to the epoch that ends comes first, and then this is found again.
      if (cause !== undefined && accepted.size === 0) return restarted(messages, verdicts, run, cause);
    }
  }
  return { verdicts, longestJump };

  function isBeside(message: AsideMessage, other: AsideMessage | undefined): boolean {
    if (!other || Math.abs(other.seq - message.seq) > nearBelow || other.bootId !== message.bootId) return false;
    return contradicts(standing, other);
  }
}

const restarted = (
  messages: readonly AsideMessage[],
  verdicts: readonly AsideVerdict[],
  run: readonly number[],
  restart: RestartCause,
): AsideDecision => ({
  verdicts: messages.map((_, at) => (run.includes(at) ? 'ACCEPT' : (verdicts[at] ?? 'WAIT'))),
  restart,
  longestJump: 0,
});

function verdictOf(standing: SequenceStanding, message: AsideMessage, later: readonly AsideMessage[]): AsideVerdict {
  if (message.isRepeat) return 'DUPLICATE';
  if (standing.top === null) return 'ACCEPT';
  return message.seq > standing.top ? aboveVerdict(standing, message, later) : belowVerdict(standing, message);
}

/** A jump is real if the device goes on above it, and none if it goes on below. */
function aboveVerdict(standing: SequenceStanding, message: AsideMessage, later: readonly AsideMessage[]): AsideVerdict {
  if (message.seq - (standing.top ?? 0) <= standing.reach) return 'ACCEPT';
  const above = later.filter(({ seq }) => seq > message.seq);
  const below = wentOn(standing, message);
  const isFollowed = above.some(({ seq }) => seq - message.seq <= standing.reach);
  if (isFollowed || (above.length > 0 && above.length >= below)) return 'ACCEPT';
  // What came a little out of order says nothing yet.
  return below >= nearBelow || (below >= enough && message.waitedMs >= disorderMs) ? 'SEQ_IMPLAUSIBLE' : 'WAIT';
}

function belowVerdict(standing: SequenceStanding, message: AsideMessage): AsideVerdict {
  const { stored, isTaken, isOfBefore, waitedMs } = message;
  if (stored?.likeness === 'SAME' || (stored?.likeness === 'SAME_MEASURE' && isNear(standing, message)))
    return 'DUPLICATE';
  if (isFree(message) && isPlainGap(standing, message)) return 'ACCEPT';
  const isOdd = isTaken || isLater(standing, message) || isFar(standing, message);
  if (wentOn(standing, message) < enough && waitedMs < (isOdd ? longPatienceMs : patienceMs)) return 'WAIT';
  if (isOfBefore) return 'UNATTACHED';
  if (isFree(message)) return 'ACCEPT';
  return message.isGivenUp && !stored ? 'GAP_GIVEN_UP' : 'DUPLICATE';
}

/** Why the last of a run of messages shows that the counter has started again; undefined where it does not. */
function evidence(standing: SequenceStanding, run: readonly AsideMessage[]): RestartCause | undefined {
  const last = run.at(-1);
  if (!last) return undefined;
  if (isOtherBoot(last.stored?.bootId ?? null, last)) return 'BOOT_ID';
  // A number that nothing is stored under may be one of the first that comes late, unless the clock says otherwise.
  const isFresh = last.stored ? !isEarlier(standing, last) : !isNear(standing, last) && isLater(standing, last);
  if (last.seq <= nearStart && isFresh) {
    if (isOtherBoot(standing.bootId, last)) return 'BOOT_ID';
    if (last.saysRestarted) return 'RESET_REASON';
  }
  const contradicting = run.filter((message) => contradicts(standing, message));
  const isOne = run.every((message) => contradicting.includes(message) || isFree(message));
  const isLong = run.length >= plenty && run.some(({ stored }) => stored?.likeness === 'OTHER');
  return isOne && (contradicting.length >= enough || isLong) ? 'COUNTER' : undefined;
}

/** It cannot be a repeat, nor a message of before that comes late. */
function contradicts(standing: SequenceStanding, message: AsideMessage): boolean {
  if (message.stored?.likeness === 'OTHER') return true;
  if (isNear(standing, message)) return false;
  if (message.stored?.likeness === 'SAME_MEASURE' || isLater(standing, message)) return true;
  return isFar(standing, message) && isFree(message);
}

/** The last of those that wait, as far as their numbers rise in small steps and they are of one start of the device. */
function lastRun(messages: readonly AsideMessage[], waiting: readonly number[]): number[] {
  const run: number[] = [];
  for (const at of [...waiting].reverse()) {
    const [message, next] = [messages[at], messages[run[0] ?? -1]];
    if (!message) break;
    const step = next ? next.seq - message.seq : 1;
    if (step < 1 || step > nearBelow || (next && next.bootId !== message.bootId)) break;
    run.unshift(at);
  }
  return run;
}

/** How many messages were let in since, if the highest number has risen. */
const wentOn = (standing: SequenceStanding, { acceptedTo, top }: AsideMessage): number =>
  (standing.top ?? -1) > (top ?? -1) ? standing.acceptedTo - acceptedTo : 0;
const isFree = ({ isTaken, isOfBefore }: AsideMessage): boolean => !isTaken && !isOfBefore;
const depth = ({ top }: SequenceStanding, { seq }: AsideMessage): number => (top ?? 0) - seq;
const isNear = (standing: SequenceStanding, message: AsideMessage): boolean => depth(standing, message) < nearBelow;
const isFar = (standing: SequenceStanding, message: AsideMessage): boolean => depth(standing, message) > farBelow;
const isPlainGap = (standing: SequenceStanding, message: AsideMessage): boolean =>
  (message.seq >= (standing.bottom ?? 0) ? !isFar(standing, message) : isNear(standing, message)) &&
  !isOtherBoot(standing.bootId, message);
const isOtherBoot = (known: string | null, { bootId }: AsideMessage): boolean =>
  known !== null && bootId !== null && known !== bootId;
const isLater = ({ newestObservedMs }: SequenceStanding, { observedMs }: AsideMessage): boolean =>
  newestObservedMs !== null && observedMs !== null && observedMs > newestObservedMs;
const isEarlier = ({ newestObservedMs }: SequenceStanding, { observedMs }: AsideMessage): boolean =>
  newestObservedMs !== null && observedMs !== null && observedMs < newestObservedMs;
