import type { SignedStart } from '../shared/start.js';
import type { DeadLetterDecision } from './dead-letter.contract.js';

export const deadLetterDecisionWorkflowType = 'deadLetterDecisionWorkflow';
export const deadLetterDecisionWorkflowId = (decisionId: string): string => `dead-letter-decision/${decisionId}`;

export interface DeadLetterDecisionInput {
  /** Null for the platform's decision on those of no account. */
  accountId: string | null;
  decisionId: string;
  decision: DeadLetterDecision;
  /** A run is continued as new after so many turns; where it is left out, when the server suggests it. */
  turnsPerRun?: number;
}

export const startOfDeadLetterDecision = ({ accountId, decisionId }: DeadLetterDecisionInput): SignedStart => ({
  type: deadLetterDecisionWorkflowType,
  id: deadLetterDecisionWorkflowId(decisionId),
  accounts: accountId === null ? [] : [accountId],
});

export const deadLetterDecisionStates = ['RUNNING', 'DONE', 'FAILED'] as const;
export type DeadLetterDecisionState = (typeof deadLetterDecisionStates)[number];

export interface DeadLetterDecisionProgress {
  status: DeadLetterDecisionState;
  /** Dead letters that it has decided on. */
  done: number;
  /** Those that there were when it began; fewer are done where somebody decided on one meanwhile. */
  total: number;
}
