import type { Database } from '../../db/connection/database.js';
import { emitEvents } from '../../db/shared/outbox.js';
import { happened } from '../../test/support/timing/happened.js';

const eventsATransaction = 1_000;

/** So many events of an account, in turn over the subjects, many in a transaction. */
export async function emitMany(
  database: Database,
  accountId: string,
  amount: number,
  subjects: readonly string[],
): Promise<void> {
  for (let from = 0; from < amount; from += eventsATransaction) {
    const count = Math.min(eventsATransaction, amount - from);
    await database.transaction({ accountId }, (scope) =>
      emitEvents(
        scope,
        Array.from({ length: count }, (_, n) => eventOf(accountId, from + n, subjects)),
      ),
    );
  }
}

/** Writes the `n`th event, in a separate transaction. */
export const emitOne = (
  database: Database,
  accountId: string,
  n: number,
  subjects: readonly string[],
) =>
  database.transaction({ accountId }, (scope) =>
    emitEvents(scope, [eventOf(accountId, n, subjects)]),
  );

const eventOf = (accountId: string, n: number, subjects: readonly string[]) =>
  happened.of({ accountId, subjectId: subjects[n % subjects.length] ?? '', payload: { n } });

/** Names unused by earlier rounds, so each subject's events are numbered from 1. */
export const newSubjects = (round: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${round}-${n}`);
