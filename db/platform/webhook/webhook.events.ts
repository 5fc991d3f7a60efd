import { Type } from 'typebox';
import { deadLetterDecisions } from '../../../workflows/platform/dead-letter.contract.js';
import { webhookDisabledReasons } from '../../../workflows/platform/webhook.contract.js';
import { defineEvent } from '../../shared/event.js';

const webhookId = Type.String({ format: 'uuid' });
const anId = '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f';
const base = {
  version: 1,
  subjectType: 'webhook',
  payload: Type.Object({ webhook_id: webhookId }, { additionalProperties: false }),
  example: { webhook_id: anId },
} as const;

export const webhookCreated = defineEvent({
  ...base,
  type: 'WEBHOOK_CREATED',
  topic: 'platform.webhook.created',
});
export const webhookUpdated = defineEvent({
  ...base,
  type: 'WEBHOOK_UPDATED',
  topic: 'platform.webhook.updated',
});
export const webhookDeleted = defineEvent({
  ...base,
  type: 'WEBHOOK_DELETED',
  topic: 'platform.webhook.deleted',
});
export const webhookSecretRotated = defineEvent({
  ...base,
  type: 'WEBHOOK_SECRET_ROTATED',
  topic: 'platform.webhook.secret_rotated',
});

/** The endpoint's circuit breaker has opened: deliveries wait, with a probe now and then. */
export const webhookSuspended = defineEvent({
  ...base,
  type: 'WEBHOOK_SUSPENDED',
  topic: 'platform.webhook.suspended',
});
/** The endpoint took a delivery again, so waiting deliveries go out. */
export const webhookRecovered = defineEvent({
  ...base,
  type: 'WEBHOOK_RECOVERED',
  topic: 'platform.webhook.recovered',
});
export const webhookDisabled = defineEvent({
  ...base,
  type: 'WEBHOOK_DISABLED',
  topic: 'platform.webhook.disabled',
  payload: Type.Object(
    { webhook_id: webhookId, reason: Type.Enum([...webhookDisabledReasons]) },
    { additionalProperties: false },
  ),
  example: { webhook_id: anId, reason: 'GONE' },
});
/**
 * A member of the account has decided on dead letters of the webhook, in one transaction; the event
 * does not say whether others are left.
 */
export const webhookDeadLettersDecided = defineEvent({
  ...base,
  type: 'WEBHOOK_DEAD_LETTERS_DECIDED',
  topic: 'platform.webhook.dead_letters_decided',
  payload: Type.Object(
    { webhook_id: webhookId, decision: Type.Enum([...deadLetterDecisions]) },
    { additionalProperties: false },
  ),
  example: { webhook_id: anId, decision: 'redrive' },
});
