import { failure } from '../../shared/failure.js';
import type { UserStatus } from '../user.contract.js';

export const userStatusActions = ['lock', 'unlock', 'disable', 'enable'] as const;
export type UserStatusAction = (typeof userStatusActions)[number];

/** A user's status, with the ones to come back to. */
export interface UserStanding {
  status: UserStatus;
  statusBeforeLock: UserStatus | null;
  statusBeforeDisable: UserStatus | null;
}

/**
 * A user's standing after an action of the platform's staff; a repeat changes nothing. Throws
 * CONFLICT for a lock or unlock of a disabled user, and for an enable of a locked one.
 */
export function standingAfter(action: UserStatusAction, standing: UserStanding): UserStanding {
  const { status, statusBeforeLock, statusBeforeDisable } = standing;
  switch (action) {
    case 'lock':
      assertNot('DISABLED', status);
      return status === 'LOCKED'
        ? standing
        : { ...standing, status: 'LOCKED', statusBeforeLock: status };
    case 'unlock':
      assertNot('DISABLED', status);
      return status === 'LOCKED'
        ? { ...standing, status: statusBeforeLock ?? 'ACTIVE', statusBeforeLock: null }
        : standing;
    case 'disable':
      return status === 'DISABLED'
        ? standing
        : { ...standing, status: 'DISABLED', statusBeforeDisable: status };
    case 'enable':
      assertNot('LOCKED', status);
      return status === 'DISABLED'
        ? { ...standing, status: statusBeforeDisable ?? 'ACTIVE', statusBeforeDisable: null }
        : standing;
  }
}

function assertNot(refused: UserStatus, status: UserStatus): void {
  if (status === refused) throw failure('CONFLICT', { status });
}
