import { Type } from 'typebox';
import type { Database } from '../../db/shared/database.js';
import { defineEvent } from '../../db/shared/event.js';
import { emitEvents } from '../../db/shared/outbox.js';

export const benchHappened = defineEvent({
  type: 'BENCH_HAPPENED',
  version: 1,
  topic: 'bench.happened',
  subjectType: 'bench',
  payload: Type.Object({ n: Type.Integer() }, { additionalProperties: false }),
  example: { n: 1 },
});

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
  benchHappened.of({ accountId, subjectId: subjects[n % subjects.length] ?? '', payload: { n } });

/** Names that no round before has used, so each subject's events are numbered from 1. */
export const newSubjects = (round: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${round}-${n}`);
