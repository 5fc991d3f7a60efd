import type { DeadLetterDecision } from '../../../workflows/platform/dead-letter.contract.js';
import { isWebhookConsumer, webhookIdOf } from '../../../workflows/platform/webhook.contract.js';
import { arrayOf, orNull, text, uuid, type Values } from '../../connection/column.js';
import type { WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { emitEvents } from '../../shared/outbox.js';
import { webhookDeadLettersDecided } from './webhook.events.js';

const letterIds = { deliveryIds: arrayOf(uuid) };

/** Lanes are locked first and in a fixed order, as everywhere. */
const laneLock = query({
  name: 'deadLetter.lockLanes',
  parameters: letterIds,
  text: `
  select from platform.lanes l where l.lane_id in (
    select d.lane_id from platform.deliveries d where d.delivery_id = any(:deliveryIds))
  order by l.consumer_id, l.subject_type, l.subject_id for update`,
});

/** Runs before the deliveries: after the decision an account may no longer see the lane. */
const laneRelease = query({
  name: 'deadLetter.releaseLanes',
  parameters: letterIds,
  text: `
  update platform.lanes l set due_at = now(), version = l.version + 1
  where l.lane_id in (select d.lane_id from platform.deliveries d
      where d.delivery_id = any(:deliveryIds) and d.state = 'DEAD')
    and not exists (select 1 from platform.deliveries d
      where d.lane_id = l.lane_id and d.state = 'DEAD' and d.released_at is null
        and d.delivery_id <> all(:deliveryIds))`,
});

const decidedLetter = { accountId: orNull(uuid), consumerId: text };
type DecidedLetter = Values<typeof decidedLetter>;

const decisionQuery = (decision: DeadLetterDecision, changes: string, condition = '') =>
  query({
    name: `deadLetter.${decision}`,
    parameters: letterIds,
    row: decidedLetter,
    text: `update platform.deliveries d set ${changes}
     where d.delivery_id = any(:deliveryIds) and d.state = 'DEAD' ${condition}
     returning d.account_id, d.consumer_id`,
  });
const decisions = {
  redrive: decisionQuery('redrive', "state = 'PENDING', attempts = 0, released_at = null"),
  skip: decisionQuery('skip', "state = 'SKIPPED', finished_at = now()"),
  release: decisionQuery('release', 'released_at = now()', 'and d.released_at is null'),
};

/**
 * Decisions on dead letters: an account's on the account's dead letters, the platform's on dead
 * letters of no account.
 */
export function deadLetterRecords(scope: WriteScope) {
  /** Answers how many were still to be decided on. An account's webhooks are told of. */
  async function decideOn(
    deliveryIds: readonly string[],
    decision: DeadLetterDecision,
  ): Promise<number> {
    await scope.run(laneLock, { deliveryIds });
    await scope.run(laneRelease, { deliveryIds });
    const decided = await scope.run(decisions[decision], { deliveryIds });
    await emitEvents(scope, decisionsOn(decided, decision));
    return decided.length;
  }

  return {
    decideOn,

    /** Returns false for a delivery that is no dead letter of the scope, or no longer dead. */
    decide: async (deliveryId: string, decision: DeadLetterDecision): Promise<boolean> =>
      (await decideOn([deliveryId], decision)) === 1,
  };
}

/** One event a webhook, however many dead letters were decided on. */
function decisionsOn(decided: readonly DecidedLetter[], decision: DeadLetterDecision) {
  const accounts = new Map(decided.map(({ consumerId, accountId }) => [consumerId, accountId]));
  return [...accounts].flatMap(([consumerId, accountId]) => {
    if (!isWebhookConsumer(consumerId)) return [];
    const webhookId = webhookIdOf(consumerId);
    return webhookDeadLettersDecided.of({
      accountId,
      subjectId: webhookId,
      payload: { webhook_id: webhookId, decision },
    });
  });
}
