import type { Consumer } from '../../../workflows/platform/delivery.contract.js';
import { arrayOf, bigInteger, integer, orNull, text, uuid } from '../../connection/column.js';
import type { WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { emitEvents } from '../../shared/outbox.js';
import type { PendingDelivery, SettledDelivery } from '../delivery/delivery.store.js';
import type { StoredEvent } from '../delivery/event.store.js';
import { deliveryDied } from './dead-letter.events.js';
import { webhookDeadLettersDecided } from './webhook.events.js';

interface Death {
  laneId: number;
  delivery: PendingDelivery;
  consumer: Consumer;
  error: string;
  /** Lease number of the process that tried. */
  leaseNumber: number;
  answer?: SettledDelivery['answer'];
}

const errorLength = 500;
const newsOfDeadLetters = [deliveryDied.type, webhookDeadLettersDecided.type];

const laneLock = query({
  name: 'deadLetter.lockLane',
  parameters: { laneId: bigInteger },
  text: 'select from platform.lanes l where l.lane_id = :laneId for update',
});
const burial = query({
  name: 'deadLetter.bury',
  parameters: {
    deliveryId: uuid,
    error: text,
    responseCode: orNull(integer),
    durationMs: orNull(integer),
    leaseNumber: bigInteger,
  },
  row: { deliveryId: uuid },
  text: `
  update platform.deliveries d
  set state = 'DEAD', attempts = d.attempts + 1, last_attempt_at = now(), last_error = :error,
    dead_at = now(), released_at = null, response_code = :responseCode, duration_ms = :durationMs
  where d.delivery_id = :deliveryId and d.state = 'PENDING' and exists (
    select 1 from platform.leases l where l.name = 'outbox' and l.number = :leaseNumber)
  returning d.delivery_id`,
});
const laneHold = query({
  name: 'deadLetter.holdLane',
  parameters: { laneId: bigInteger },
  text: `update platform.lanes l set due_at = 'infinity' where l.lane_id = :laneId`,
});
const eventOfTypes = query({
  name: 'deadLetter.causeOfTypes',
  parameters: { eventId: orNull(uuid), eventTypes: arrayOf(text) },
  text: `select from platform.events e
   where e.event_id = :eventId and e.event_type = any(:eventTypes)`,
});

/** Stores deliveries that no receiver would take. */
export function deadLetterStore(scope: WriteScope) {
  /** Whether an event reports dead letters, or was caused by such an event. */
  async function isOfDeadLetters({ eventType, causationId }: StoredEvent): Promise<boolean> {
    if (newsOfDeadLetters.includes(eventType)) return true;
    const asked = { eventId: causationId, eventTypes: newsOfDeadLetters };
    return (await scope.read(eventOfTypes, asked)).length > 0;
  }

  async function tell({ delivery, consumer }: Death): Promise<void> {
    const { deliveryId, accountId, attempts, event } = delivery;
    const payload = {
      delivery_id: deliveryId,
      consumer_id: consumer.consumerId,
      consumer_kind: consumer.kind,
      event_id: event.eventId,
      event_type: event.eventType,
      attempts: attempts + 1,
    };
    await emitEvents(scope, [
      deliveryDied.of({ accountId, subjectId: deliveryId, causationId: event.eventId, payload }),
    ]);
  }

  return {
    /**
     * Makes a delivery a dead letter, holds the lane and emits the event, all or none. Returns
     * false for a delivery no longer pending, as after a rewind, and when another process leads.
     * The death of an event about dead letters is not reported, or two failing consumers would
     * report each other for ever.
     */
    async bury(death: Death): Promise<boolean> {
      const { laneId, delivery, error, answer, leaseNumber } = death;
      await scope.run(laneLock, { laneId });
      const buried = await scope.run(burial, {
        deliveryId: delivery.deliveryId,
        error: error.slice(0, errorLength),
        responseCode: answer?.code ?? null,
        durationMs: answer?.durationMs ?? null,
        leaseNumber,
      });
      if (buried.length === 0) return false;
      await scope.run(laneHold, { laneId });
      if (!(await isOfDeadLetters(delivery.event))) await tell(death);
      return true;
    },
  };
}
