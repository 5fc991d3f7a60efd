import type { SignedStart } from '../shared/start.js';
import type { DeadLetterDecision } from './dead-letter.contract.js';

export const deadLetterDecisionWorkflowType = 'deadLetterDecisionWorkflow';
export const deadLetterDecisionWorkflowId = (decisionId: string): string =>
  `dead-letter-decision/${decisionId}`;

export interface DeadLetterDecisionInput {
  /** Null for the platform's decision on dead letters of no account. */
  accountId: string | null;
  decisionId: string;
  decision: DeadLetterDecision;
  /** Turns after which a run continues as new; by default the server suggests when. */
  turnsPerRun?: number;
}

export const startOfDeadLetterDecision = ({
  accountId,
  decisionId,
}: DeadLetterDecisionInput): SignedStart => ({
  type: deadLetterDecisionWorkflowType,
  id: deadLetterDecisionWorkflowId(decisionId),
  accounts: accountId === null ? [] : [accountId],
});

export const deadLetterDecisionStates = ['RUNNING', 'DONE', 'FAILED'] as const;
export type DeadLetterDecisionState = (typeof deadLetterDecisionStates)[number];

export interface DeadLetterDecisionProgress {
  status: DeadLetterDecisionState;
  /** Dead letters decided on so far. */
  done: number;
  /** Dead letters at the beginning; fewer are done if a person decided on some meanwhile. */
  total: number;
}
