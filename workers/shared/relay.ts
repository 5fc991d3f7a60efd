import { setTimeout as sleep } from 'node:timers/promises';
import { withCorrelation } from '../../db/shared/correlation.js';
import type { EventStore, StoredEvent } from '../../db/platform/event.store.js';
import type { Logger } from './logger.js';

/** Does what follows from an event; called again until it succeeds, so it must be safe to repeat (by event id or workflow id). */
export type EventConsumer = (event: StoredEvent) => Promise<void>;

export interface RelayOptions {
  events: EventStore;
  /** By event type. A type that nobody consumes is dispatched at once. */
  consumers: Readonly<Record<string, readonly EventConsumer[]>>;
  logger: Logger;
}

const batchSize = 500;
const idleMs = 50;
const standbyMs = 1_000;
const maxAttempts = 10;

/** 100 ms, doubling, at most 10 s; null when the tries are used up. */
export const retryDelayMs = (attempts: number): number | null =>
  attempts + 1 >= maxAttempts ? null : Math.min(100 * 2 ** attempts, 10_000);

/** Turns outbox rows into what follows from them: at least once, in order within a subject, subjects side by side. */
export function startRelay({ events, consumers, logger }: RelayOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const isStopping = () => stopping.signal.aborted;
  const pause = (ms: number) => sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);

  async function dispatchLane(lane: readonly StoredEvent[]): Promise<string[]> {
    const done: string[] = [];
    for (const event of lane) {
      try {
        await withCorrelation({ correlationId: event.correlationId ?? event.eventId }, async () => {
          for (const consume of consumers[event.eventType] ?? []) await consume(event);
        });
        done.push(event.eventId);
      } catch (error) {
        const delayMs = retryDelayMs(event.attempts);
        const fields = {
          event_id: event.eventId,
          event_type: event.eventType,
          attempts: event.attempts + 1,
          err: error,
        };
        if (delayMs === null) logger.error(fields, 'event is a dead letter; its lane is held');
        else logger.warn(fields, 'event will be tried again');
        await events.markFailed(event.eventId, delayMs, error instanceof Error ? error.name : 'unknown');
        break;
      }
    }
    return done;
  }

  async function dispatchBatch(): Promise<number> {
    const batch = await events.pending(batchSize);
    if (batch.length === 0) return 0;
    const lanes = new Map<string, StoredEvent[]>();
    for (const event of batch) {
      const lane = laneOf(event);
      const waiting = lanes.get(lane);
      if (waiting) waiting.push(event);
      else lanes.set(lane, [event]);
    }
    const done = (await Promise.all([...lanes.values()].map(dispatchLane))).flat();
    if (done.length > 0) await events.markDispatched(done);
    return batch.length;
  }

  async function lead(): Promise<void> {
    while (!isStopping()) {
      if ((await dispatchBatch()) === 0) await pause(idleMs);
    }
  }

  async function run(): Promise<void> {
    while (!isStopping()) {
      try {
        if (!(await events.whileLeading(lead))) await pause(standbyMs);
      } catch (error) {
        logger.warn({ err: error }, 'relay lost the database; it goes on when it is back');
        await pause(standbyMs);
      }
    }
  }

  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

const laneOf = (event: StoredEvent): string => `${event.subjectType}/${event.subjectId}`;
