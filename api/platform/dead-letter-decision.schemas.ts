import { Type } from 'typebox';
import { deadLetterDecisions } from '../../workflows/platform/dead-letter.contract.js';
import { deadLetterDecisionStates } from '../../workflows/platform/dead-letter-decision.contract.js';
import { component, nullable, object, progress, status, timestamp, uuid } from '../shared/schema.js';
import { consumerId } from './dead-letter.schemas.js';
import { eventTypeName } from './event.schemas.js';

/** Only those of a consumer, or of events of a type; without either, all of them. */
export const decisionRequest = object({
  consumer_id: Type.Optional(consumerId),
  event_type: Type.Optional(eventTypeName),
});
export const requestedDecision = object({ decision_id: uuid });

export const deadLetterDecision = component(
  'DeadLetterDecision',
  object({
    decision_id: uuid,
    decision: status(...deadLetterDecisions),
    consumer_id: nullable(consumerId),
    event_type: nullable(eventTypeName),
    status: status(...deadLetterDecisionStates),
    requested_at: timestamp,
    finished_at: nullable(timestamp),
    progress: progress('dead letters', 'Null until they are counted'),
  }),
);
