import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { failure } from '../../workflows/shared/failure.js';

export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** Without a hash to compare with it does the same work and answers false, so that time tells nothing about who exists. */
  verify(password: string, stored: string | undefined): Promise<boolean>;
}

/** Argon2id as OWASP's password storage cheat sheet gives it: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A few hashes saturate a small machine, so they wait for each other rather than for everything else. */
const maxRunning = 2;
const maxWaiting = 32;

export function createPasswordHasher(limits = { maxRunning, maxWaiting }): PasswordHasher {
  const take = createQueue(limits);
  let decoy: Promise<string> | undefined;
  return {
    hash: (password) => take(() => hash(password, cost)),
    verify: (password, stored) =>
      take(async () => {
        decoy ??= hash(randomBytes(16), cost);
        const isRight = await verify(stored ?? (await decoy), password);
        return isRight && stored !== undefined;
      }),
  };
}

function createQueue({ maxRunning, maxWaiting }: { maxRunning: number; maxWaiting: number }) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= maxRunning) {
      if (waiting.length >= maxWaiting) throw failure('SERVICE_UNAVAILABLE', { retry_after_seconds: 1 });
      // Whoever wakes it has kept its place, so `running` stays.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
