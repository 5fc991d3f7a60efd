/**
 * What may be decided of a dead letter: deliver it again, in its place before all that waits behind it; leave it out for good;
 * or let its lane go on and keep it, to be delivered again or left out later.
 */
export const deadLetterDecisions = ['redrive', 'skip', 'release'] as const;
export type DeadLetterDecision = (typeof deadLetterDecisions)[number];
