import { failure } from '../shared/failure.js';
import type { AccountRole } from './account.contract.js';
import type { InviteStatus } from './invite/invite.contract.js';
import { isWithin } from './member.rules.js';

interface Acceptable {
  status: InviteStatus;
  expiresAtMs: number;
  role: AccountRole;
  /** Null once the inviter has left. */
  inviterRole: AccountRole | null;
}

const isExpired = ({ status, expiresAtMs }: Acceptable, nowMs: number): boolean =>
  status === 'EXPIRED' || (status === 'PENDING' && expiresAtMs <= nowMs);

/** Whether the inviter may still give the role. */
const isBacked = ({ role, inviterRole }: Acceptable): boolean =>
  inviterRole !== null && isWithin(inviterRole, role);

export const isAcceptable = (invite: Acceptable, nowMs: number): boolean =>
  invite.status === 'PENDING' && !isExpired(invite, nowMs) && isBacked(invite);

/** Refuses an invite that is over, or of an inviter below the role by now. */
export function assertAcceptable(invite: Acceptable, nowMs: number): void {
  if (isExpired(invite, nowMs)) throw failure('INVITE_EXPIRED');
  if (invite.status !== 'PENDING') throw failure('INVALID_INVITE');
  if (!isBacked(invite)) throw failure('INVALID_INVITE', { reason: 'INVITER_MAY_NOT' });
}
