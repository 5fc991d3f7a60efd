import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Static, TObject } from 'typebox';

/** An event type and version: its words, its schema and an example. Old versions never change. */
export interface EventDefinition<Payload extends TObject> {
  type: string;
  version: number;
  topic: string;
  subjectType: string;
  payload: Payload;
  example: Static<Payload>;
  /** The event itself; throws when the payload does not fit, which takes the transaction with it. */
  of(event: EventContent<Static<Payload>>): NewEvent;
}

export interface EventContent<Payload> {
  /** Null for what belongs to no account, such as an unregistered device. */
  accountId: string | null;
  /** A second account that may see it, such as the seller of an order. */
  counterpartAccountId?: string | null;
  subjectId: string;
  actorPrincipalId?: string | null;
  /** RFC 3339; now when it is left out. */
  occurredAt?: string;
  /** The event or command that caused it. */
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
  // Compiled at the first use: a process writes few of all the events that it knows.
  let fits: ValidateFunction | undefined;
  return {
    ...definition,
    of(event) {
      fits ??= ajv.compile(definition.payload);
      if (!fits(event.payload))
        throw new Error(`the payload of ${type} does not fit its schema: ${ajv.errorsText(fits.errors)}`);
      return { ...event, payload: event.payload, type, version, topic, subjectType };
    },
  };
}
