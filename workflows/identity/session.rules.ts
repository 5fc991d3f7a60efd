export const accessTokenSeconds = 900;
/** Open sessions of a user; a further session ends the oldest. */
export const maxSessions = 50;

/**
 * Time in which a client may present the previous token: after a lost answer, or when two tabs
 * refresh at once.
 */
const refreshGraceSeconds = 10;

interface ExchangedToken {
  /** Place of the token in the family, and of the newest token. */
  generation: number;
  newestGeneration: number;
  /** Seconds since the exchange for a successor; null for a token not exchanged. */
  rotatedSecondsAgo: number | null;
}

/**
 * Whether an exchanged token may be answered with the same successor again. Any other token was
 * taken by somebody, and ends the family.
 */
export function isRepeat({
  generation,
  newestGeneration,
  rotatedSecondsAgo,
}: ExchangedToken): boolean {
  const isDirectParent = generation === newestGeneration - 1;
  return isDirectParent && rotatedSecondsAgo !== null && rotatedSecondsAgo <= refreshGraceSeconds;
}
