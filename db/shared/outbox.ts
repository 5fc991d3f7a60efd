import {
  boolean,
  arrayOf,
  integer,
  json,
  orNull,
  parameterList,
  text,
  timestamp,
  uuid,
  type Columns,
  type Values,
} from '../connection/column.js';
import { currentCorrelationId } from './correlation.js';
import type { WriteScope } from '../connection/database.js';
import type { NewEvent } from './event.js';
import { newId } from './id.js';
import { query, type Query } from '../connection/query.js';

const eventParameters = {
  eventIds: arrayOf(uuid),
  eventAccountIds: arrayOf(orNull(uuid)),
  eventCounterpartAccountIds: arrayOf(orNull(uuid)),
  eventTopics: arrayOf(text),
  eventTypes: arrayOf(text),
  eventVersions: arrayOf(integer),
  eventSubjectTypes: arrayOf(text),
  eventSubjectIds: arrayOf(text),
  eventTimes: arrayOf(orNull(timestamp)),
  eventActorIds: arrayOf(orNull(uuid)),
  eventCausationIds: arrayOf(orNull(uuid)),
  eventPayloads: arrayOf(json<object>()),
  eventCorrelationId: orNull(text),
} satisfies Columns;
type EventParameters = Values<typeof eventParameters>;

/**
 * Only the function `emit_events` stores events: the function checks the events' accounts, and
 * numbers an event subject's events under the lock of the subject's row, so that events are ordered
 * as the commits. Event subjects are locked in a fixed order, so two emitters cannot deadlock.
 */
const emission = `platform.emit_events(${parameterList(eventParameters)})`;

const emitQuery = query({
  name: 'events.emit',
  parameters: eventParameters,
  row: { isEmitted: boolean },
  text: `select ${emission} as is_emitted`,
});

/**
 * Writes events in the transaction of the change, in the given order; returns the ids in the same
 * order.
 */
export async function emitEvents(
  scope: WriteScope,
  events: readonly NewEvent[],
): Promise<string[]> {
  if (events.length === 0) return [];
  const parameters = parametersOf(events, scope.context.correlationId);
  await scope.run(emitQuery, parameters);
  return [...parameters.eventIds];
}

interface Change<Parameters extends Columns, Row extends Columns> {
  name: string;
  parameters: Parameters;
  row: Row;
  /** An INSERT, UPDATE or DELETE of one row, with RETURNING. */
  text: string;
}

/**
 * A change with events, in one round trip: the events are emitted if the change changes the row.
 * `runChange` runs a change.
 */
export const change = <Parameters extends Columns, Row extends Columns>(
  definition: Change<Parameters, Row>,
): Query<Values<Parameters> & EventParameters, Values<Row>> =>
  query({
    name: definition.name,
    parameters: { ...definition.parameters, ...eventParameters },
    row: definition.row,
    text: `with changed as (${definition.text}) select c.* from changed c where ${emission}`,
  });

/** Runs a change; answers the changed rows. */
export const runChange = <Parameters, Row>(
  scope: WriteScope,
  changing: Query<Parameters & EventParameters, Row>,
  parameters: Parameters,
  events: readonly NewEvent[],
): Promise<Row[]> =>
  scope.run(changing, { ...parameters, ...parametersOf(events, scope.context.correlationId) });

const parametersOf = (
  events: readonly NewEvent[],
  correlationId: string | undefined,
): EventParameters => ({
  eventIds: events.map(newId),
  eventAccountIds: events.map((event) => event.accountId),
  eventCounterpartAccountIds: events.map((event) => event.counterpartAccountId ?? null),
  eventTopics: events.map((event) => event.topic),
  eventTypes: events.map((event) => event.type),
  eventVersions: events.map((event) => event.version),
  eventSubjectTypes: events.map((event) => event.subjectType),
  eventSubjectIds: events.map((event) => event.subjectId),
  eventTimes: events.map((event) => event.occurredAt ?? null),
  eventActorIds: events.map((event) => event.actorPrincipalId ?? null),
  eventCausationIds: events.map((event) => event.causationId ?? null),
  eventPayloads: events.map((event) => event.payload),
  eventCorrelationId: correlationId ?? currentCorrelationId() ?? null,
});
