import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { createFairQueue, type QueueLimits } from './fair-queue.js';

export interface PasswordHasher {
  /** `place` is where the request comes from: places take turns. */
  hash(password: string, place?: string): Promise<string>;
  /** Without a hash to compare with it does the same work and answers false, so that time tells nothing about who exists. */
  verify(password: string, stored: string | null | undefined, place?: string): Promise<boolean>;
}

/** Argon2id as OWASP's password storage cheat sheet gives it: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A few hashes saturate a small machine, so they wait for each other rather than for everything else. */
const queueLimits: QueueLimits = { maxRunning: 2, maxWaiting: 160, maxWaitingOfPlace: 64 };

export function createPasswordHasher(limits = queueLimits): PasswordHasher {
  const take = createFairQueue(limits);
  let decoy: Promise<string> | undefined;
  return {
    // The same characters are the same password, whichever way a keyboard puts them together.
    hash: (password, place = '') => take(place, () => hash(password.normalize('NFC'), cost)),
    verify: (password, stored, place = '') =>
      take(place, async () => {
        decoy ??= hash(randomBytes(16), cost);
        const isRight = await verify(stored ?? (await decoy), password.normalize('NFC'));
        return isRight && typeof stored === 'string';
      }),
  };
}
