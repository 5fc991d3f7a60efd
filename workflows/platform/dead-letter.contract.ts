/**
 * Decisions on a dead letter: deliver again, in its place at the head of the lane (redrive); leave
 * out for good (skip); or let the lane go on and keep the dead letter for a later redrive or skip
 * (release).
 */
export const deadLetterDecisions = ['redrive', 'skip', 'release'] as const;
export type DeadLetterDecision = (typeof deadLetterDecisions)[number];
