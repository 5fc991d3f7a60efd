import { currentCorrelationId } from './correlation.js';
import type { Transaction } from './database.js';
import type { NewEvent } from './event.js';
import { runHot } from './hot.js';
import { newId } from './id.js';
import { statement, type Statement } from './reader.js';

/**
 * A subject's events are numbered under its row lock, so their order is that of the commits; subjects are locked in one order,
 * so two emitters cannot deadlock.
 */
const numbered = (condition = '') => `
  incoming as (
    select * from unnest(?::uuid[], ?::uuid[], ?::uuid[], ?::text[], ?::text[], ?::int[],
      ?::text[], ?::text[], ?::timestamptz[], ?::uuid[], ?::uuid[], ?::jsonb[])
      with ordinality as i(event_id, account_id, counterpart_account_id, topic, event_type, event_version,
        subject_type, subject_id, occurred_at, actor_principal_id, causation_id, payload, ordinal) ${condition}
  ), locked as (
    insert into platform.event_subjects as s (subject_type, subject_id, last_seq)
    select i.subject_type, i.subject_id, count(*) from incoming i group by 1, 2 order by 1, 2
    on conflict (subject_type, subject_id) do update set last_seq = s.last_seq + excluded.last_seq
    returning s.subject_type, s.subject_id, s.last_seq
  ), numbered as (
    select i.*, l.last_seq - count(*) over (partition by i.subject_type, i.subject_id)
      + row_number() over (partition by i.subject_type, i.subject_id order by i.ordinal) as subject_seq
    from incoming i join locked l using (subject_type, subject_id)
  )`;
const insertNumbered = `
  insert into platform.events (event_id, account_id, counterpart_account_id, topic, event_type, event_version, subject_type,
    subject_id, subject_seq, occurred_at, actor_principal_id, correlation_id, causation_id, payload)
  select n.event_id, n.account_id, n.counterpart_account_id, n.topic, n.event_type, n.event_version, n.subject_type,
    n.subject_id, n.subject_seq, coalesce(n.occurred_at, clock_timestamp()), n.actor_principal_id, ?::text, n.causation_id, n.payload
  from numbered n order by n.ordinal`;

const insertEvents = statement('events.emit', `with ${numbered()} ${insertNumbered}`);

/** Writes events in the transaction of what they tell, in the given order; answers their ids in the same order. */
export async function emitEvents(trx: Transaction, events: readonly NewEvent[]): Promise<string[]> {
  if (events.length === 0) return [];
  const ids = events.map(newId);
  await runHot(trx, insertEvents, valuesOf(ids, events));
  return ids;
}

/** Of an INSERT, UPDATE or DELETE with RETURNING: the same, and its events if it changes a row, in one round trip. */
export const telling = ({ name, text }: Statement): Statement =>
  statement(
    name,
    `with changed as (${text}), ${numbered('where exists (select from changed)')}, told as (${insertNumbered})
     select * from changed`,
  );

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
