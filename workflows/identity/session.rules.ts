export const accessTokenSeconds = 900;

/** A client whose answer was lost, or whose two tabs refreshed at once, presents the token it had just before. */
export const refreshGraceSeconds = 10;

export interface PresentedToken {
  /** Which of its family it is, and which the newest is. */
  generation: number;
  newestGeneration: number;
  /** Since it was exchanged for its successor; null for one that was not. */
  rotatedSecondsAgo: number | null;
}

/** rotate: the next of the family; repeat: the same successor again; reuse: taken by somebody, so the family ends. */
export function decideRefresh(token: PresentedToken): 'rotate' | 'repeat' | 'reuse' {
  if (token.rotatedSecondsAgo === null) return 'rotate';
  const isDirectParent = token.generation === token.newestGeneration - 1;
  return isDirectParent && token.rotatedSecondsAgo <= refreshGraceSeconds ? 'repeat' : 'reuse';
}
