import { SpanStatusCode, trace } from '@opentelemetry/api';
import type { Outage } from '../../api/shared/outage.js';
import { databaseNow } from '../../db/connection/database-clock.js';
import { platformAccountId, type Database } from '../../db/connection/database.js';
import type {
  DueLane,
  LaneOutcome,
  PendingDelivery,
  SettledDelivery,
} from '../../db/platform/delivery/delivery.store.js';
import type { StoredEvent } from '../../db/platform/delivery/event.store.js';
import type { Lease } from '../../db/platform/delivery/lease.store.js';
import { deadLetterStore } from '../../db/platform/webhook/dead-letter.store.js';
import type { Consumer } from '../../workflows/platform/delivery.contract.js';
import { retryDelayMs } from '../../workflows/platform/delivery.rules.js';
import type { Logger } from '../observability/logger.js';
import { attemptDelivery, inDelivery } from './delivery-attempt.js';
import type { DeliveryOutcome, Sink } from './sink.js';

/** Receives the outcomes of deliveries, for metrics. */
export interface RelayObserver {
  /** `lagMs`: since the event occurred. */
  delivered?(consumer: Consumer, event: StoredEvent, lagMs: number): void;
  failed?(consumer: Consumer, event: StoredEvent): void;
  died?(consumer: Consumer, event: StoredEvent): void;
}

export interface LaneParts {
  consumerId: string;
  database: Pick<Database, 'transaction'>;
  sink: Sink;
  logger: Logger;
  observer: RelayObserver;
  lease: Lease;
}

type FailedOutcome = Extract<DeliveryOutcome, { kind: 'failed' | 'dead' }>;

/** How often the log repeats a consumer's wait. */
const tellEveryMs = 60_000;

/** The deliveries of one consumer's lanes; `isEnding` is asked before each delivery. */
export function createLaneRuns(parts: LaneParts, isEnding: () => boolean) {
  const { consumerId, logger, observer } = parts;
  /** A dependency of the consumer is away: until `untilMs`, no lane of the consumer is tried. */
  const away = { untilMs: 0, toldMs: -Infinity };

  /** In order, up to the first undelivered event; later events of the lane wait as well. */
  async function run(lane: DueLane, consumer: Consumer): Promise<LaneOutcome> {
    const sent: SettledDelivery[] = [];
    const upTo = {
      laneId: lane.laneId,
      version: lane.version,
      sent,
      waitMs: null,
      isDrained: false,
    };
    for (const delivery of lane.deliveries) {
      if (isEnding()) return upTo;
      const end = await inDelivery(delivery, consumer, () =>
        handOver(lane, delivery, consumer, sent),
      );
      if (end) return { ...upTo, ...end };
    }
    return { ...upTo, isDrained: lane.isWhole };
  }

  /** One try; answers the lane's end here, or nothing where the lane goes on. */
  async function handOver(
    lane: DueLane,
    delivery: PendingDelivery,
    consumer: Consumer,
    deliveries: SettledDelivery[],
  ): Promise<Partial<LaneOutcome> | undefined> {
    const outcome = await attemptDelivery(parts, delivery, consumer);
    switch (outcome.kind) {
      case 'delivered':
        deliveries.push({ deliveryId: delivery.deliveryId, answer: outcome.answer });
        observer.delivered?.(
          consumer,
          delivery.event,
          databaseNow() - Date.parse(delivery.event.occurredAt),
        );
        return undefined;
      case 'deferred':
        if (outcome.away) wait(outcome.away, outcome.waitMs);
        return { waitMs: outcome.waitMs };
      case 'failed':
      case 'dead':
        trace.getActiveSpan()?.setStatus({ code: SpanStatusCode.ERROR });
        return recordFailure(parts, { lane, delivery, consumer, outcome });
    }
  }

  function wait({ dependency }: Outage, ms: number): void {
    const nowMs = performance.now();
    away.untilMs = nowMs + ms;
    if (nowMs - away.toldMs < tellEveryMs) return;
    away.toldMs = nowMs;
    logger.warn(
      { consumer_id: consumerId, reason: dependency },
      'what a consumer needs is away; its deliveries wait',
    );
  }

  return { run, isWaiting: (): boolean => performance.now() < away.untilMs };
}

/** Waits for the next try, or buries the delivery; answers the lane's end here. */
async function recordFailure(
  { database, sink, logger, observer, lease }: LaneParts,
  failure: { lane: DueLane; delivery: PendingDelivery; consumer: Consumer; outcome: FailedOutcome },
): Promise<Partial<LaneOutcome>> {
  const { lane, delivery, consumer, outcome } = failure;
  const { error, answer } = outcome;
  const { deliveryId, attempts, event } = delivery;
  const waitMs = outcome.kind === 'dead' ? null : retryDelayMs(attempts);
  const fields = {
    consumer_id: consumer.consumerId,
    delivery_id: deliveryId,
    attempts: attempts + 1,
    error,
    event_id: event.eventId,
    event_type: event.eventType,
  };
  if (waitMs !== null) {
    logger.warn(fields, 'event will be delivered again');
    observer.failed?.(consumer, event);
    const notBeforeMs = outcome.kind === 'failed' ? (outcome.notBeforeMs ?? 0) : 0;
    return { failed: { deliveryId, error, answer }, waitMs: Math.max(waitMs, notBeforeMs) };
  }
  const death = {
    laneId: lane.laneId,
    delivery,
    consumer,
    error,
    answer,
    leaseNumber: lease.number,
  };
  const accountId = delivery.accountId ?? platformAccountId;
  if (await database.transaction({ accountId }, (scope) => deadLetterStore(scope).bury(death))) {
    logger.error(fields, 'event is a dead letter; its lane is held');
    observer.died?.(consumer, event);
    await sink.died?.(consumer, deliveryId);
  }
  return {};
}
