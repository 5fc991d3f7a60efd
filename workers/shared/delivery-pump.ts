import { SpanStatusCode, trace } from '@opentelemetry/api';
import type { DeadLetterStore } from '../../db/platform/dead-letter.store.js';
import type {
  DeliveryStore,
  DueLane,
  LaneOutcome,
  PendingDelivery,
  SettledDelivery,
} from '../../db/platform/delivery.store.js';
import type { Lease } from '../../db/platform/lease.store.js';
import type { Outage } from '../../api/shared/outage.js';
import type { StoredEvent } from '../../db/platform/event.store.js';
import { withCorrelation } from '../../db/shared/correlation.js';
import { crashPoint } from '../../db/shared/crash-point.js';
import { databaseNow } from '../../db/shared/database-clock.js';
import type { Consumer } from '../../workflows/platform/delivery.contract.js';
import { retryDelayMs } from '../../workflows/platform/delivery.rules.js';
import type { Logger } from './logger.js';
import type { DeliveryOutcome, Sink } from './sink.js';
import { inSpan } from './tracing/spans.js';

/** Told what happens, for metrics. */
export interface RelayObserver {
  /** `lagMs`: since the event occurred. */
  delivered?(consumer: Consumer, event: StoredEvent, lagMs: number): void;
  failed?(consumer: Consumer, event: StoredEvent): void;
  died?(consumer: Consumer, event: StoredEvent): void;
}

export interface PumpParts {
  consumerId: string;
  deliveries: DeliveryStore;
  deadLetters: DeadLetterStore;
  sink: Sink;
  logger: Logger;
  observer: RelayObserver;
  lease: Lease;
  /** Nothing new is begun once it is aborted. */
  ending: AbortSignal;
  /** The database failed: what is due is found again by whoever leads next. */
  onFault: (error: unknown) => void;
}

/** A try that takes longer has failed; without it a sink that never answers would hold its lane for ever. */
const attemptMs = 15_000;
/** Somebody who reads the log learns so often that a consumer waits. */
const tellEveryMs = 60_000;

/**
 * Brings one consumer its lanes, so many side by side and each in order. Consumers have pumps of their own, so none waits
 * for another. What became of lanes is written together: what ends while one write commits is the next write.
 */
export function createDeliveryPump(parts: PumpParts) {
  const { consumerId, deliveries, deadLetters, sink, logger, observer, lease, ending, onFault } = parts;
  /** A process that was stopped for a while learns of nothing before it goes on, so the lease is looked at each time. */
  const isEnding = () => ending.aborted || !lease.isHeld();
  /** Under way, or ended and not yet written down. */
  const busy = new Set<number>();
  const underWay = new Set<Promise<void>>();
  let ended: LaneOutcome[] = [];
  let wanted: Consumer | undefined;
  let wakeUp = (): void => undefined;
  let running: Promise<void> | undefined;
  let isBroken = false;
  /** What the consumer needs is away, so none of its lanes is tried before. */
  const away = { untilMs: 0, toldMs: -Infinity };

  async function attempt(delivery: PendingDelivery, consumer: Consumer): Promise<DeliveryOutcome> {
    const { deliveryId, accountId, attempts, event } = delivery;
    const late = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<DeliveryOutcome>((resolve) => {
      timer = setTimeout(() => {
        late.abort();
        resolve({ kind: 'failed', error: 'TIMEOUT' });
      }, attemptMs);
    });
    try {
      crashPoint('relay.before-send');
      const trying = sink.deliver(event, consumer, {
        ...{ deliveryId, accountId, attempt: attempts + 1, signal: late.signal },
      });
      return await Promise.race([trying, timeout]);
    } catch (error) {
      logger.debug({ err: error, event_id: event.eventId, consumer_id: consumerId }, 'consumer failed');
      return { kind: 'failed', error: error instanceof Error ? error.name : 'unknown' };
    } finally {
      clearTimeout(timer);
    }
  }

  /** In order, up to the first that is not delivered: what follows it waits with it. */
  async function run(lane: DueLane, consumer: Consumer): Promise<LaneOutcome> {
    const sent: SettledDelivery[] = [];
    const upTo = { laneId: lane.laneId, version: lane.version, sent, waitMs: null, isDrained: false };
    for (const delivery of lane.deliveries) {
      if (isEnding()) return upTo;
      const end = await inDelivery(delivery, consumer, () => handOver(lane, delivery, consumer, sent));
      if (end) return { ...upTo, ...end };
    }
    return { ...upTo, isDrained: lane.isWhole };
  }

  /** A trace of its own, and whose request the event goes back to: in all that the try does and says. */
  function inDelivery<T>(
    { deliveryId, attempts, event }: PendingDelivery,
    { kind }: Consumer,
    work: () => Promise<T>,
  ): Promise<T> {
    const { eventId, eventType, accountId, correlationId } = event;
    const correlation = { correlationId: correlationId ?? eventId, accountId: accountId ?? undefined };
    const attributes = {
      ...{ 'millrace.consumer_id': consumerId, 'millrace.delivery_id': deliveryId, 'millrace.attempts': attempts + 1 },
      ...{ 'millrace.event_id': eventId, 'millrace.event_type': eventType },
      'millrace.correlation_id': correlation.correlationId,
    };
    return withCorrelation(correlation, () => inSpan(`deliver ${kind}`, attributes, work));
  }

  /** One try; answers how the lane ends here, or nothing where it goes on. */
  async function handOver(
    lane: DueLane,
    delivery: PendingDelivery,
    consumer: Consumer,
    sent: SettledDelivery[],
  ): Promise<Partial<LaneOutcome> | undefined> {
    const outcome = await attempt(delivery, consumer);
    switch (outcome.kind) {
      case 'delivered':
        sent.push({ deliveryId: delivery.deliveryId, answer: outcome.answer });
        observer.delivered?.(consumer, delivery.event, databaseNow() - Date.parse(delivery.event.occurredAt));
        return undefined;
      case 'deferred':
        if (outcome.away) wait(outcome.away, outcome.waitMs);
        return { waitMs: outcome.waitMs };
      case 'failed':
      case 'dead':
        trace.getActiveSpan()?.setStatus({ code: SpanStatusCode.ERROR });
        return refused(lane, delivery, consumer, outcome);
    }
  }

  function wait({ dependency }: Outage, ms: number): void {
    const nowMs = performance.now();
    away.untilMs = nowMs + ms;
    if (nowMs - away.toldMs < tellEveryMs) return;
    away.toldMs = nowMs;
    logger.warn({ consumer_id: consumerId, reason: dependency }, 'what a consumer needs is away; its deliveries wait');
  }

  async function refused(
    { laneId }: DueLane,
    delivery: PendingDelivery,
    consumer: Consumer,
    outcome: Extract<DeliveryOutcome, { kind: 'failed' | 'dead' }>,
  ): Promise<Partial<LaneOutcome>> {
    const { error, answer } = outcome;
    const { deliveryId, attempts, event } = delivery;
    const waitMs = outcome.kind === 'dead' ? null : retryDelayMs(attempts);
    const fields = {
      ...{ consumer_id: consumerId, delivery_id: deliveryId, attempts: attempts + 1, error },
      ...{ event_id: event.eventId, event_type: event.eventType },
    };
    if (waitMs !== null) {
      logger.warn(fields, 'event will be delivered again');
      observer.failed?.(consumer, event);
      const notBeforeMs = outcome.kind === 'failed' ? (outcome.notBeforeMs ?? 0) : 0;
      return { failed: { deliveryId, error, answer }, waitMs: Math.max(waitMs, notBeforeMs) };
    }
    if (await deadLetters.bury({ laneId, delivery, consumer, error, answer, leaseNumber: lease.number })) {
      logger.error(fields, 'event is a dead letter; its lane is held');
      observer.died?.(consumer, event);
      await sink.died?.(consumer, deliveryId);
    }
    return {};
  }

  const isWaiting = (): boolean => performance.now() < away.untilMs;

  function begin(lane: DueLane, consumer: Consumer): void {
    busy.add(lane.laneId);
    const running = run(lane, consumer)
      .then((outcome) => void ended.push(outcome), broken)
      .finally(() => {
        underWay.delete(running);
        wakeUp();
      });
    underWay.add(running);
  }

  function broken(error: unknown): void {
    isBroken = true;
    onFault(error);
  }

  async function settle(): Promise<void> {
    const outcomes = ended;
    ended = [];
    crashPoint('relay.before-mark');
    await deliveries.settle(outcomes, lease.number);
    for (const { laneId } of outcomes) busy.delete(laneId);
  }

  /** Until nothing is due; then it is woken again. */
  async function pump(consumer: Consumer): Promise<void> {
    while (!isBroken) {
      const free = isEnding() || isWaiting() ? 0 : consumer.concurrency - busy.size;
      if (wanted && free > 0) {
        consumer = wanted;
        wanted = undefined;
        for (const lane of await deliveries.dueLanes(consumerId, [...busy], free)) begin(lane, consumer);
      }
      if (ended.length === 0 && underWay.size > 0)
        await new Promise<void>((resolve) => {
          wakeUp = resolve;
        });
      if (ended.length > 0) {
        await settle();
        wanted ??= consumer;
      } else if (underWay.size === 0 && (!wanted || isWaiting() || isEnding())) return;
    }
  }

  return {
    /** Looks for lanes that are due, unless it is looking already. */
    wake(consumer: Consumer): void {
      if (isWaiting()) return;
      wanted = consumer;
      wakeUp();
      running ??= pump(consumer)
        .catch(broken)
        .finally(() => {
          running = undefined;
        });
    },

    /** Until what is being tried has ended, so that what another begins in these lanes does not overlap with it. */
    async ended(): Promise<void> {
      await Promise.all([running, ...underWay]);
    },
  };
}
