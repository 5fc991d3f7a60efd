import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../db/connection/database.js';
import type {
  ConsumerDefinition,
  DeliveryStore,
} from '../../db/platform/delivery/delivery.store.js';
import type { EventStore } from '../../db/platform/delivery/event.store.js';
import { LeaseLost, type Lease, type LeaseStore } from '../../db/platform/delivery/lease.store.js';
import { crashPoint } from '../../db/connection/crash-point.js';
import type { RelayObserver } from './delivery-lane.js';
import { createDeliveryPump } from './delivery-pump.js';
import type { Logger } from '../observability/logger.js';
import type { Sink, Sinks } from './sink.js';

interface RelayOptions {
  leases: LeaseStore;
  events: EventStore;
  deliveries: DeliveryStore;
  database: Pick<Database, 'transaction'>;
  /** The platform's own consumers; accounts' consumers are rows already. */
  consumers: readonly ConsumerDefinition[];
  /** The way to each kind of consumer. Deliveries to a kind without a sink wait. */
  sinks: Sinks;
  logger: Logger;
  observer?: RelayObserver;
}

const batchSize = 500;
const idleMs = 50;
const standbyMs = 1_000;

/**
 * Turns outbox rows into deliveries, and dispatches the deliveries: at least once, in order within
 * a subject, subjects and consumers side by side.
 */
export function startRelay({
  leases,
  events,
  consumers,
  sinks,
  logger,
  observer = {},
  ...stores
}: RelayOptions) {
  const { deliveries } = stores;
  const stopping = new AbortController();
  const isStopping = () => stopping.signal.aborted;
  const pause = (ms: number, signal = stopping.signal) =>
    sleep(ms, undefined, { signal }).catch(() => undefined);

  async function lead(lease: Lease): Promise<void> {
    const broken = new AbortController();
    const ending = AbortSignal.any([stopping.signal, lease.lost, broken.signal]);
    const onFault = (error: unknown) => broken.abort(error);
    const pumps = new Map<string, ReturnType<typeof createDeliveryPump>>();
    const pumpOf = (consumerId: string, sink: Sink) => {
      const pump =
        pumps.get(consumerId) ??
        createDeliveryPump({
          ...stores,
          consumerId,
          sink,
          logger,
          observer,
          lease,
          ending,
          onFault,
        });
      pumps.set(consumerId, pump);
      return pump;
    };
    try {
      await deliveries.register(consumers);
      while (!ending.aborted) {
        const fannedOut = lease.isHeld() ? await events.fanOut(batchSize, lease.number) : 0;
        if (fannedOut > 0) crashPoint('relay.after-fan-out');
        for (const consumer of await deliveries.dueConsumers()) {
          const sink = sinks[consumer.kind];
          if (sink) pumpOf(consumer.consumerId, sink).wake(consumer);
        }
        if (fannedOut < batchSize) await pause(idleMs, ending);
      }
    } finally {
      broken.abort(new Error('no longer leading'));
      await Promise.all([...pumps.values()].map((pump) => pump.ended()));
    }
    if (!isStopping()) throw ending.reason;
  }

  async function run(): Promise<void> {
    while (!isStopping()) {
      try {
        if (!(await leases.whileHeld('outbox', lead))) await pause(standbyMs);
      } catch (error) {
        if (error instanceof LeaseLost) logger.warn({}, 'another relay leads; this one stands by');
        else if (isSchemaFault(error))
          logger.error(
            { err: error },
            'relay finds a schema older than it is, or none: run migrate; it goes on then',
          );
        else logger.warn({ err: error }, 'relay lost the database; it goes on when it is back');
        await pause(standbyMs);
      }
    }
  }

  const running = run();
  return {
    /** Begins no delivery any more, and waits for the running ones. */
    stop: async (): Promise<void> => {
      stopping.abort();
      await running;
    },
  };
}

/** A missing schema, table, column or function, by PostgreSQL's SQLSTATE. */
const schemaFaults: ReadonlySet<unknown> = new Set(['3F000', '42P01', '42703', '42883']);
const isSchemaFault = (error: unknown): boolean =>
  schemaFaults.has((Object(error) as { code?: unknown }).code);
