import type { Consumer } from '../../workflows/platform/delivery.contract.js';
import { platformAccountId } from '../shared/context.js';
import type { Database, Transaction } from '../shared/database.js';
import { emitEvents } from '../shared/outbox.js';
import { deliveryDied } from './dead-letter.events.js';
import type { PendingDelivery, SettledDelivery } from './delivery.store.js';
import type { StoredEvent } from './event.store.js';
import { webhookDeadLettersDecided } from './webhook.events.js';

export interface Death {
  laneId: number;
  delivery: PendingDelivery;
  consumer: Consumer;
  error: string;
  /** Of whoever has tried it. */
  leaseNumber: number;
  answer?: SettledDelivery['answer'];
}

const errorLength = 500;
const newsOfDeadLetters = [deliveryDied.type, webhookDeadLettersDecided.type];

/** Where deliveries end that nobody would take. */
export function createDeadLetterStore({ database }: { database: Database }) {
  return {
    /**
     * Makes a delivery a dead letter, holds its lane and tells it, all or none. Answers false when it is no longer pending, as
     * after a rewind, and when another process leads. The death of this very news is not told, or two consumers that fail would
     * tell each other for ever.
     */
    bury: ({ laneId, delivery, consumer, error, answer, leaseNumber }: Death) => {
      const { deliveryId, accountId, attempts, event } = delivery;
      return database.inAccount(accountId ?? platformAccountId, async (trx) => {
        await trx.raw('select 1 from platform.lanes l where l.lane_id = ? for update', [laneId]);
        const { rowCount } = await trx.raw<{ rowCount: number }>(
          `update platform.deliveries set state = 'DEAD', attempts = attempts + 1, last_attempt_at = now(), last_error = ?,
             dead_at = now(), released_at = null, response_code = ?, duration_ms = ?
           where delivery_id = ? and state = 'PENDING'
             and exists (select 1 from platform.leases l where l.name = 'outbox' and l.number = ?)`,
          [
            error.slice(0, errorLength),
            answer?.code ?? null,
            answer?.durationMs ?? null,
            deliveryId,
            leaseNumber,
          ] as string[],
        );
        if (rowCount === 0) return false;
        await trx.raw("update platform.lanes set due_at = 'infinity' where lane_id = ?", [laneId]);
        if (!(await isOfDeadLetters(trx, event))) {
          const payload = {
            ...{ delivery_id: deliveryId, consumer_id: consumer.consumerId, consumer_kind: consumer.kind },
            ...{ event_id: event.eventId, event_type: event.eventType, attempts: attempts + 1 },
          };
          await emitEvents(trx, [
            deliveryDied.of({ accountId, subjectId: deliveryId, causationId: event.eventId, payload }),
          ]);
        }
        return true;
      });
    },
  };
}

/** Whether an event tells of dead letters, or an event that does has caused it. */
async function isOfDeadLetters(trx: Transaction, { eventType, causationId }: StoredEvent): Promise<boolean> {
  if (newsOfDeadLetters.includes(eventType)) return true;
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    'select 1 from platform.events e where e.event_id = ? and e.event_type = any(?)',
    [causationId, newsOfDeadLetters] as unknown as string[],
  );
  return rows.length > 0;
}

export type DeadLetterStore = ReturnType<typeof createDeadLetterStore>;
