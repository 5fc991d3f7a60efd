import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { createFairQueue, type QueueLimits } from '../shared/fair-queue.js';

export interface PasswordHasher {
  /** `place` is the request's origin: places take turns. */
  hash(password: string, place?: string): Promise<string>;
  /**
   * Without a stored hash, does the same work and answers false, so that the time does not tell
   * whether a user exists.
   */
  verify(password: string, stored: string | null | undefined, place?: string): Promise<boolean>;
  /** Whether a stored hash cost less than new hashes do. */
  isOutdated(stored: string): boolean;
}

/** Argon2id as OWASP's password storage cheat sheet gives it: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** The head of each hash of this cost. */
const currentPrefix = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$`;

/**
 * A few hashes saturate a small machine, so hashes wait for each other and not everything else for
 * hashes.
 */
const queueLimits: QueueLimits = { maxRunning: 2, maxWaiting: 160, maxWaitingOfPlace: 64 };

export function createPasswordHasher(limits = queueLimits): PasswordHasher {
  const take = createFairQueue(limits);
  let decoy: Promise<string> | undefined;
  return {
    // NFC: the same characters are the same password, however a keyboard composes them.
    hash: (password, place = '') => take(place, () => hash(password.normalize('NFC'), cost)),
    verify: (password, stored, place = '') =>
      take(place, async () => {
        decoy ??= hash(randomBytes(16), cost);
        const isRight = await verify(stored ?? (await decoy), password.normalize('NFC'));
        return isRight && typeof stored === 'string';
      }),
    isOutdated: (stored) => !stored.startsWith(currentPrefix),
  };
}
