import { outageOf, type Outage } from '../../api/shared/outage.js';
import type { ConsumerDefinition } from '../../db/platform/delivery.store.js';
import type { StoredEvent } from '../../db/platform/event.store.js';
import type { Consumer, ConsumerKind } from '../../workflows/platform/delivery.contract.js';

/** One try. */
export interface DeliveryAttempt {
  /** The same at every try, so it is what a receiver may know the delivery by. */
  deliveryId: string;
  /** Whose delivery it is: the consumer's account, else the event's. */
  accountId: string | null;
  /** From 1. */
  attempt: number;
  /** Aborted when the time for one try is over. */
  signal: AbortSignal;
}

/** What the other side said to a try, for the log of deliveries. */
export interface SinkAnswer {
  /** Null where it said nothing. */
  code: number | null;
  durationMs: number;
}

/**
 * `failed` (and anything thrown) is a try, and is tried again until the tries are used up. `dead` is a dead letter at once:
 * nothing could change it. `deferred` is no try: the lane waits so long, as behind an open circuit breaker, and where the consumer
 * itself is away so do all its others. `notBeforeMs` is how long the other side asks to be left alone.
 */
export type DeliveryOutcome =
  | { kind: 'delivered'; answer?: SinkAnswer }
  | { kind: 'failed'; error: string; answer?: SinkAnswer; notBeforeMs?: number }
  | { kind: 'dead'; error: string; answer?: SinkAnswer }
  | { kind: 'deferred'; waitMs: number; away?: Outage };

/** A way to consumers of one kind. Called at least once an event, in order within a subject, so it must be safe to repeat. */
export interface Sink {
  deliver(event: StoredEvent, consumer: Consumer, attempt: DeliveryAttempt): Promise<DeliveryOutcome>;
  /** Told when a delivery to the consumer has become a dead letter. */
  died?(consumer: Consumer, deliveryId: string): Promise<void>;
}
export type Sinks = Partial<Readonly<Record<ConsumerKind, Sink>>>;

/** Does what follows from an event; called again until it succeeds, so it must be safe to repeat (by event id or workflow id). */
export type EventConsumer = (event: StoredEvent) => Promise<void>;

/** A consumer in code. Its name stays: what waits for it is kept under it. */
export interface InternalConsumer {
  name: string;
  /** By event type. One subject's events come in their order, also of different types. */
  on: Readonly<Record<string, EventConsumer>>;
  concurrency?: number;
}

/** How long a consumer waits for what it stands on: an outage of ours is no fault of the event's, and uses up none of its tries. */
export const awayMs = 1_000;

const idOf = (name: string): string => `internal/${name}`;

export const internalDefinitions = (consumers: readonly InternalConsumer[]): ConsumerDefinition[] =>
  consumers.map(({ name, on, concurrency }) => ({
    ...{ consumerId: idOf(name), kind: 'internal', eventTypes: Object.keys(on) },
    ...(concurrency === undefined ? {} : { concurrency }),
  }));

export function createInternalSink(consumers: readonly InternalConsumer[]): Sink {
  const byId = new Map(consumers.map((consumer) => [idOf(consumer.name), consumer]));
  return {
    async deliver(event, { consumerId }) {
      const consume = byId.get(consumerId)?.on[event.eventType];
      try {
        // What the code no longer asks for was fanned out while it still did.
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
