import { Type } from 'typebox';
import { deadLetterDecisions } from '../../../workflows/platform/dead-letter.contract.js';
import { defineEvent } from '../../shared/event.js';

/** All dead letters of an account, or all of no account, are to be decided on. */
export const deadLetterDecisionRequested = defineEvent({
  type: 'DEAD_LETTER_DECISION_REQUESTED',
  version: 1,
  topic: 'platform.dead_letter_decision.requested',
  subjectType: 'dead-letter-decision',
  payload: Type.Object(
    { decision_id: Type.String({ format: 'uuid' }), decision: Type.Enum([...deadLetterDecisions]) },
    { additionalProperties: false },
  ),
  example: { decision_id: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f', decision: 'redrive' },
});
