import { outageOf, type Outage } from '../../api/shared/outage.js';
import type { ConsumerDefinition } from '../../db/platform/delivery/delivery.store.js';
import type { StoredEvent } from '../../db/platform/delivery/event.store.js';
import type { Consumer, ConsumerKind } from '../../workflows/platform/delivery.contract.js';

/** One try of a delivery. */
interface DeliveryAttempt {
  /** The same at every try: a receiver may know the delivery by the id. */
  deliveryId: string;
  /** The delivery's account: the consumer's, else the event's. */
  accountId: string | null;
  /** From 1. */
  attempt: number;
  /** Aborted when the time for one try is over. */
  signal: AbortSignal;
}

/** The receiver's answer to a try, for the log of deliveries. */
interface SinkAnswer {
  /** Null without an answer. */
  code: number | null;
  durationMs: number;
}

/**
 * `failed` (and anything thrown) is a try, repeated until the tries are used up. `dead` is a dead
 * letter at once: nothing could change the result. `deferred` is no try: the lane waits for
 * `waitMs`, as behind an open circuit breaker; where the consumer itself is away, all other lanes
 * of the consumer wait too. `notBeforeMs` is the receiver's own request to be left alone.
 */
export type DeliveryOutcome =
  | { kind: 'delivered'; answer?: SinkAnswer }
  | { kind: 'failed'; error: string; answer?: SinkAnswer; notBeforeMs?: number }
  | { kind: 'dead'; error: string; answer?: SinkAnswer }
  | { kind: 'deferred'; waitMs: number; away?: Outage };

/**
 * A way to consumers of one kind. Called at least once an event, in order within a subject, so a
 * call must be safe to repeat.
 */
export interface Sink {
  deliver(
    event: StoredEvent,
    consumer: Consumer,
    attempt: DeliveryAttempt,
  ): Promise<DeliveryOutcome>;
  /** Told when a delivery to the consumer has become a dead letter. */
  died?(consumer: Consumer, deliveryId: string): Promise<void>;
}
export type Sinks = Partial<Readonly<Record<ConsumerKind, Sink>>>;

/** The fields of the causing event for a reaction. */
export type CausingEvent = Pick<
  StoredEvent,
  'eventId' | 'accountId' | 'eventType' | 'subjectId'
> & {
  payload: Record<string, unknown>;
};

/**
 * Reacts to an event; called again until success, so a call must be safe to repeat (by event id or
 * workflow id).
 */
export type EventConsumer = (event: StoredEvent) => Promise<void>;

/** A consumer in code. The name is for ever: waiting deliveries are stored under the name. */
export interface InternalConsumer {
  name: string;
  /** By event type. One subject's events come in their order, also of different types. */
  on: Readonly<Record<string, EventConsumer>>;
  concurrency?: number;
}

/**
 * How long a consumer waits for a dependency: an outage of the platform is no fault of the event,
 * and uses up no try.
 */
export const awayMs = 1_000;

const idOf = (name: string): string => `internal/${name}`;

export const internalDefinitions = (consumers: readonly InternalConsumer[]): ConsumerDefinition[] =>
  consumers.map(({ name, on, concurrency }) => ({
    consumerId: idOf(name),
    kind: 'internal',
    eventTypes: Object.keys(on),
    ...(concurrency === undefined ? {} : { concurrency }),
  }));

export function createInternalSink(consumers: readonly InternalConsumer[]): Sink {
  const byId = new Map(consumers.map((consumer) => [idOf(consumer.name), consumer]));
  return {
    async deliver(event, { consumerId }) {
      const consume = byId.get(consumerId)?.on[event.eventType];
      try {
        // Events of a type without a reaction any more were fanned out by an older version.
        await consume?.(event);
      } catch (error) {
        const away = outageOf(error);
        if (!away) throw error;
        return { kind: 'deferred', waitMs: awayMs, away };
      }
      return { kind: 'delivered' };
    },
  };
}
