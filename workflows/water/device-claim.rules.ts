/** Whose a unit is, as the platform knows it. */
export interface ClaimableUnit {
  /** By the platform. */
  assignedTo: string | null;
  /** The account that it is attached to. */
  holder: string | null;
  /** The account that it is attached to, or was last. */
  lastHolder: string | null;
  isReady: boolean;
  hasCode: boolean;
}

export interface UnitClaim {
  accountId: string;
  /** By its hardware id, which stands in topics and can be counted up; the serial number stands on the label. */
  isById: boolean;
  isCodeRight: boolean;
}

/** NOT_READY is said to whom the unit belongs; everything that is refused for any other reason is a miss. */
export type ClaimVerdict = 'GRANTED' | 'NOT_READY' | 'MISSED';

/** Whether an account may attach a unit that it has named. */
export function judgeClaim(unit: ClaimableUnit | undefined, claim: UnitClaim): ClaimVerdict {
  if (!unit) return 'MISSED';
  const { assignedTo, holder, lastHolder, isReady, hasCode } = unit;
  const { accountId, isById, isCodeRight } = claim;
  const isForeign = [assignedTo, holder].some((account) => account !== null && account !== accountId);
  const isOwn = (assignedTo ?? lastHolder) === accountId;
  if (isForeign || (isById && !isOwn) || (hasCode && !isCodeRight)) return 'MISSED';
  if (isReady) return 'GRANTED';
  return isOwn ? 'NOT_READY' : 'MISSED';
}
