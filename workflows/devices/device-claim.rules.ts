/** The accounts of a unit: assigned by the platform, attached now, attached last. */
export interface ClaimableUnit {
  /** By the platform. */
  assignedTo: string | null;
  /** Account of the unit's open attachment. */
  holder: string | null;
  /** Account of the unit's open attachment, else of the last attachment. */
  lastHolder: string | null;
  isReady: boolean;
  hasCode: boolean;
}

export interface UnitClaim {
  accountId: string;
  /**
   * The claim names the unit by hardware id, which stands in topics and can be counted up; the
   * serial number stands on the label.
   */
  isById: boolean;
  isCodeRight: boolean;
}

/** NOT_READY is answered only to the unit's own account; every other refusal is a miss. */
type ClaimVerdict = 'GRANTED' | 'NOT_READY' | 'MISSED';

/** Whether an account may attach the unit named in a claim. */
export function judgeClaim(unit: ClaimableUnit | undefined, claim: UnitClaim): ClaimVerdict {
  if (!unit) return 'MISSED';
  const { assignedTo, holder, lastHolder, isReady, hasCode } = unit;
  const { accountId, isById, isCodeRight } = claim;
  const isForeign = [assignedTo, holder].some(
    (account) => account !== null && account !== accountId,
  );
  const isOwn = (assignedTo ?? lastHolder) === accountId;
  if (isForeign || (isById && !isOwn) || (hasCode && !isCodeRight)) return 'MISSED';
  if (isReady) return 'GRANTED';
  return isOwn ? 'NOT_READY' : 'MISSED';
}
