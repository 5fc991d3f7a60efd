import pg from 'pg';
import type { PasswordHasher } from '../../../api/authentication/password-hasher.js';
import { plainPasswords } from './plain-passwords.js';

/** The cost of an answer, visible in the answer's time on a quiet machine. */
export interface Work {
  /** Each awaited message to PostgreSQL, by the first words. */
  statements: string[];
  /** Of passwords. */
  hashes: number;
}

export interface WorkCounter {
  passwords: PasswordHasher;
  during<T>(work: () => Promise<T>): Promise<[answer: T, work: Work]>;
  /** Gives the driver's function back. */
  stop(): void;
}

/**
 * Counts this process's messages to PostgreSQL by any road, since each road ends in a client's
 * `query`, and the hashes.
 */
export function countWork(): WorkCounter {
  let counted: Work = { statements: [], hashes: 0 };
  const { prototype } = pg.Client as unknown as {
    prototype: { query: (...asked: unknown[]) => unknown };
  };
  const { query } = prototype;
  prototype.query = function (this: unknown, ...asked) {
    counted.statements.push(beginningOf(asked[0]));
    return query.apply(this, asked);
  };
  return {
    // The cost of each hash is seen on the real hasher; here only the number counts.
    passwords: {
      hash: (...asked) => ((counted.hashes += 1), plainPasswords.hash(...asked)),
      isOutdated: plainPasswords.isOutdated,
      verify: (...asked) => ((counted.hashes += 1), plainPasswords.verify(...asked)),
    },
    async during(work) {
      const during: Work = { statements: [], hashes: 0 };
      counted = during;
      try {
        return [await work(), during];
      } finally {
        counted = { statements: [], hashes: 0 };
      }
    },
    stop: () => void (prototype.query = query),
  };
}

function beginningOf(asked: unknown): string {
  const { text, asked: inContext } = Object(asked) as {
    text?: string;
    asked?: { statement?: { name: string } };
  };
  const said = typeof asked === 'string' ? asked : (text ?? inContext?.statement?.name ?? 'begin');
  return said.trim().replaceAll(/\s+/g, ' ').slice(0, 60);
}
