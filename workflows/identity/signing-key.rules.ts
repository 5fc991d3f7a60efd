import { accessTokenSeconds } from './session.rules.js';

/** In order of a key's life: published, in use, published until the last token expires, removed. */
export const signingKeyStates = ['NEXT', 'CURRENT', 'RETIRING', 'GONE'] as const;
export type SigningKeyState = (typeof signingKeyStates)[number];
/** States of a published key. */
export type LiveKeyState = Exclude<SigningKeyState, 'GONE'>;

/** How long processes and other checkers of tokens may keep a set of keys. */
export const keySetMaxAgeSeconds = 600;

/** For clocks apart, and work under way. */
const slackSeconds = 60;

/**
 * A key stays published until the last token has expired: a process without news of the change
 * signs with the key for as long as sets are kept.
 */
export const retiringMs = (keySetMaxAgeSeconds + accessTokenSeconds + slackSeconds) * 1_000;

/** Time between two changes of the key, and from a key's publication to the key's use. */
export interface SigningKeyTimes {
  rotateMs: number;
  publishMs: number;
}

interface TimedKey {
  kid: string;
  state: SigningKeyState;
  publishedAt: string;
  activeFrom: string;
}

/** Planned time of use for a key published at a time, given the current key's first use. */
export const plannedUse = (
  publishedAtMs: number,
  currentSinceMs: number,
  { rotateMs, publishMs }: SigningKeyTimes,
): number => Math.max(publishedAtMs + publishMs, currentSinceMs + rotateMs);

/** The earliest use of a published key, where somebody wants another key now. */
export const earliestUse = (
  { publishedAt }: Pick<TimedKey, 'publishedAt'>,
  { publishMs }: SigningKeyTimes,
): number => Date.parse(publishedAt) + publishMs;

/**
 * The next key at the time planned by publishing or by a request, or planned by today's times if
 * sooner.
 */
export function dueKey<Key extends TimedKey>(
  keys: readonly Key[],
  times: SigningKeyTimes,
  nowMs: number,
): Key | undefined {
  const next = keys.find(({ state }) => state === 'NEXT');
  const current = keys.find(({ state }) => state === 'CURRENT');
  if (!next) return undefined;
  if (!current) return next;
  const planned = plannedUse(Date.parse(next.publishedAt), Date.parse(current.activeFrom), times);
  return Math.min(Date.parse(next.activeFrom), planned) <= nowMs ? next : undefined;
}
