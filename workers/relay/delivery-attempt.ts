import type { PendingDelivery } from '../../db/platform/delivery/delivery.store.js';
import { crashPoint } from '../../db/connection/crash-point.js';
import { withCorrelation } from '../../db/shared/correlation.js';
import type { Consumer } from '../../workflows/platform/delivery.contract.js';
import type { Logger } from '../observability/logger.js';
import { inSpan } from '../observability/tracing/spans.js';
import type { DeliveryOutcome, Sink } from './sink.js';

interface AttemptParts {
  sink: Sink;
  logger: Logger;
}

/** A longer try has failed; without the limit, a silent sink would hold the lane for ever. */
const attemptMs = 15_000;

/** Hands a delivery to the sink once, within the time of a try. */
export async function attemptDelivery(
  { sink, logger }: AttemptParts,
  delivery: PendingDelivery,
  consumer: Consumer,
): Promise<DeliveryOutcome> {
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
      deliveryId,
      accountId,
      attempt: attempts + 1,
      signal: late.signal,
    });
    return await Promise.race([trying, timeout]);
  } catch (error) {
    logger.debug(
      { err: error, event_id: event.eventId, consumer_id: consumer.consumerId },
      'consumer failed',
    );
    return { kind: 'failed', error: error instanceof Error ? error.name : 'unknown' };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs a try in a trace of its own; all work and log lines of the try name the request behind the
 * event.
 */
export function inDelivery<T>(
  { deliveryId, attempts, event }: PendingDelivery,
  { consumerId, kind }: Consumer,
  work: () => Promise<T>,
): Promise<T> {
  const { eventId, eventType, accountId, correlationId } = event;
  const correlation = {
    correlationId: correlationId ?? eventId,
    accountId: accountId ?? undefined,
  };
  const attributes = {
    'millrace.consumer_id': consumerId,
    'millrace.delivery_id': deliveryId,
    'millrace.attempts': attempts + 1,
    'millrace.event_id': eventId,
    'millrace.event_type': eventType,
    'millrace.correlation_id': correlation.correlationId,
  };
  return withCorrelation(correlation, () => inSpan(`deliver ${kind}`, attributes, work));
}
