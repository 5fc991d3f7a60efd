import { Type } from 'typebox';
import { deadLetterDecisions } from '../../workflows/platform/dead-letter.contract.js';
import { deadLetterDecisionStates } from '../../workflows/platform/dead-letter-decision.contract.js';
import {
  component,
  nullable,
  closedObject,
  progress,
  status,
  timestamp,
  uuid,
} from '../route/schema.js';
import { consumerId } from './dead-letter.schemas.js';
import { eventTypeName } from './event.schemas.js';

/** Dead letters of a consumer, or of events of a type; with neither, all dead letters. */
export const decisionRequest = closedObject({
  consumer_id: Type.Optional(consumerId),
  event_type: Type.Optional(eventTypeName),
});
export const requestedDecision = closedObject({ decision_id: uuid });

export const deadLetterDecision = component(
  'DeadLetterDecision',
  closedObject({
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
