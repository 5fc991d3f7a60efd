import type { Database } from '../../db/shared/database.js';
import { emitEvents } from '../../db/shared/outbox.js';
import { happened } from '../../test/support/happened.js';

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
    await database.inAccount(accountId, (trx) =>
      emitEvents(
        trx,
        Array.from({ length: count }, (_, n) => eventOf(accountId, from + n, subjects)),
      ),
    );
  }
}

/** The `n`th event, in a transaction of its own. */
export const emitOne = (database: Database, accountId: string, n: number, subjects: readonly string[]) =>
  database.inAccount(accountId, (trx) => emitEvents(trx, [eventOf(accountId, n, subjects)]));

const eventOf = (accountId: string, n: number, subjects: readonly string[]) =>
  happened.of({ accountId, subjectId: subjects[n % subjects.length] ?? '', payload: { n } });

/** Names that no round before has used, so each subject's events are numbered from 1. */
export const newSubjects = (round: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${round}-${n}`);
