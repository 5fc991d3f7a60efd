import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Static, TObject } from 'typebox';

/** An event type and version with payload schema and example. Old versions never change. */
export interface EventDefinition<Payload extends TObject> {
  type: string;
  version: number;
  topic: string;
  subjectType: string;
  payload: Payload;
  example: Static<Payload>;
  /**
   * Makes an event; throws for a payload that does not fit the schema, and so fails the
   * transaction.
   */
  of(event: EventContent<Static<Payload>>): NewEvent;
}

interface EventContent<Payload> {
  /** Null for events of no account, such as an unregistered device's. */
  accountId: string | null;
  /** A second account that may see the event, such as the seller of an order. */
  counterpartAccountId?: string | null;
  subjectId: string;
  actorPrincipalId?: string | null;
  /** RFC 3339; defaults to now. */
  occurredAt?: string;
  /** Id of the causing event or command. */
  causationId?: string | null;
  /** Ids, enums and measured values; never personal data. */
  payload: Payload;
}

export interface NewEvent extends EventContent<object> {
  type: string;
  version: number;
  topic: string;
  subjectType: string;
}

const ajv = addFormats.default(new Ajv2020({ strict: true, allErrors: false }));

export function defineEvent<Payload extends TObject>(
  definition: Omit<EventDefinition<Payload>, 'of'>,
): EventDefinition<Payload> {
  const { type, version, topic, subjectType } = definition;
  // Compiled at first use: a process writes few of the known events.
  let fits: ValidateFunction | undefined;
  return {
    ...definition,
    of(event) {
      fits ??= ajv.compile(definition.payload);
      if (!fits(event.payload))
        throw new Error(
          `the payload of ${type} does not fit its schema: ${ajv.errorsText(fits.errors)}`,
        );
      return { ...event, payload: event.payload, type, version, topic, subjectType };
    },
  };
}
