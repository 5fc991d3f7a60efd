import type { DeadLetterDecision } from './dead-letter.contract.js';
import type { DeadLetterDecisionProgress } from './dead-letter-decision.contract.js';

const decided: Record<DeadLetterDecision, string> = {
  redrive: 'redriven',
  skip: 'skipped',
  release: 'released',
};
const grouped = (count: number): string => count.toLocaleString('en-GB');

/** As in "redriven 1,200 of 3,400 dead letters". */
export const describeProgress = (
  decision: DeadLetterDecision,
  { done, total }: Pick<DeadLetterDecisionProgress, 'done' | 'total'>,
): string => `${decided[decision]} ${grouped(done)} of ${grouped(total)} dead letters`;
