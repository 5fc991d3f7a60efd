import { Type } from 'typebox';
import {
  startOfDeadLetterDecision,
  type DeadLetterDecisionInput,
} from '../../workflows/platform/dead-letter-decision.contract.js';
import { deadLetterDecisions } from '../../workflows/platform/dead-letter.contract.js';
import {
  count,
  fields,
  id,
  oneOf,
  orNull,
  type ActivityInput,
  type InputsOf,
} from '../shared/input.js';
import type { DeadLetterDecisionActivities } from './dead-letter-decision.activities.js';

const schema = fields({
  accountId: orNull(id),
  decisionId: id,
  decision: oneOf(deadLetterDecisions),
  turnsPerRun: Type.Optional(count),
});
const example: DeadLetterDecisionInput = {
  accountId: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f',
  decisionId: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e30',
  decision: 'redrive',
};
const input: ActivityInput<[DeadLetterDecisionInput]> = {
  schemas: [schema],
  startOf: ([of]) => startOfDeadLetterDecision(of),
  example: [example],
};

export const deadLetterDecisionInputs: InputsOf<DeadLetterDecisionActivities> = {
  decideOnDeadLetters: input,
  failDeadLetterDecision: input,
};
