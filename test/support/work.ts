import pg from 'pg';
import type { PasswordHasher } from '../../api/shared/password-hasher.js';
import { plainPasswords } from './plain-passwords.js';

/** What an answer has cost, which is what its time tells on a quiet machine. */
export interface Work {
  /** Each message to PostgreSQL that is waited for, by what it begins with. */
  statements: string[];
  /** Of passwords. */
  hashes: number;
}

export interface WorkCounter {
  passwords: PasswordHasher;
  during<T>(work: () => Promise<T>): Promise<[answer: T, work: Work]>;
  /** Gives the driver back what is its own. */
  stop(): void;
}

/** Counts what this process asks of PostgreSQL by any road, each of which ends in a client's `query`, and what it hashes. */
export function countWork(): WorkCounter {
  let counted: Work = { statements: [], hashes: 0 };
  const { prototype } = pg.Client as unknown as { prototype: { query: (...asked: unknown[]) => unknown } };
  const { query } = prototype;
  prototype.query = function (this: unknown, ...asked) {
    counted.statements.push(beginningOf(asked[0]));
    return query.apply(this, asked);
  };
  return {
    // What each of them costs is seen of the real ones; here it is only how many there are.
    passwords: {
      hash: (...asked) => ((counted.hashes += 1), plainPasswords.hash(...asked)),
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
  const { text, asked: inContext } = Object(asked) as { text?: string; asked?: { statement?: { name: string } } };
  const said = typeof asked === 'string' ? asked : (text ?? inContext?.statement?.name ?? 'begin');
  return said.trim().replaceAll(/\s+/g, ' ').slice(0, 60);
}
