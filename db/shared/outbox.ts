import { currentCorrelationId } from './correlation.js';
import type { Transaction } from './database.js';
import type { NewEvent } from './event.js';
import { runHot } from './hot.js';
import { newId } from './id.js';
import { statement, type Statement } from './reader.js';

/**
 * One function stores events, and nothing else may: it looks whose they are, and numbers a subject's under the lock of its row,
 * so that their order is that of the commits. Subjects are locked in one order, so two emitters cannot deadlock.
 */
const emit = `platform.emit_events(?::uuid[], ?::uuid[], ?::uuid[], ?::text[], ?::text[], ?::int[], ?::text[], ?::text[],
  ?::timestamptz[], ?::uuid[], ?::uuid[], ?::jsonb[], ?::text)`;

const insertEvents = statement('events.emit', `select ${emit}`);

/** Writes events in the transaction of what they tell, in the given order; answers their ids in the same order. */
export async function emitEvents(trx: Transaction, events: readonly NewEvent[]): Promise<string[]> {
  if (events.length === 0) return [];
  const ids = events.map(newId);
  await runHot(trx, insertEvents, valuesOf(ids, events));
  return ids;
}

/** Of an INSERT, UPDATE or DELETE of one row with RETURNING: the same, and its events if it changes the row, in one round trip. */
export const telling = ({ name, text }: Statement): Statement =>
  statement(name, `with changed as (${text}) select c.* from changed c where ${emit}`);

/** Runs what `telling` made; answers the changed rows. */
export const runTelling = <Row>(
  trx: Transaction,
  change: Statement,
  values: readonly unknown[],
  events: readonly NewEvent[],
): Promise<Row[]> => runHot<Row>(trx, change, [...values, ...valuesOf(events.map(newId), events)]);

const valuesOf = (ids: readonly string[], events: readonly NewEvent[]): unknown[] => [
  ids,
  events.map((event) => event.accountId),
  events.map((event) => event.counterpartAccountId ?? null),
  events.map((event) => event.topic),
  events.map((event) => event.type),
  events.map((event) => event.version),
  events.map((event) => event.subjectType),
  events.map((event) => event.subjectId),
  events.map((event) => event.occurredAt ?? null),
  events.map((event) => event.actorPrincipalId ?? null),
  events.map((event) => event.causationId ?? null),
  events.map((event) => JSON.stringify(event.payload)),
  currentCorrelationId() ?? null,
];
