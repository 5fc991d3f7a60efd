import { failure } from '../shared/failure.js';
import { accountRoles, type AccountRole } from './account.contract.js';

/** The roles with a right to change other members. */
export const memberEditors = ['OWNER', 'ADMIN', 'MANAGER'] as const satisfies AccountRole[];

/** The most accounts opened by one person, beside the personal account. */
export const maxAccountsOfPerson = 20;

const rankOf = (role: AccountRole): number => accountRoles.indexOf(role);

/** The higher of two roles. */
export const higherRole = (one: AccountRole, other: AccountRole): AccountRole =>
  rankOf(one) <= rankOf(other) ? one : other;

/** Whether a role is not above another. */
export const isWithin = (actor: AccountRole, role: AccountRole): boolean =>
  rankOf(role) >= rankOf(actor);

/** Refuses to give, take or touch a role above the actor's own. */
export function assertWithin(actor: AccountRole, ...touched: readonly AccountRole[]): void {
  if (!touched.every((role) => isWithin(actor, role)))
    throw failure('FORBIDDEN', { reason: 'ROLE_ABOVE_OWN', role: actor });
}

interface RoleChange {
  accountId: string;
  /** Null for a person without a role on the account, before or after. */
  previousRole: AccountRole | null;
  nextRole: AccountRole | null;
  /** Owners with a sign-in, beside the person. */
  otherActiveOwners: number;
}

/** Refuses a change leaving the account without an owner able to sign in. */
export function assertOwnerStays({
  accountId,
  previousRole,
  nextRole,
  otherActiveOwners,
}: RoleChange): void {
  const isEndOfOwner = previousRole === 'OWNER' && nextRole !== 'OWNER';
  if (isEndOfOwner && otherActiveOwners === 0)
    throw failure('LAST_OWNER', { accounts: [accountId] });
}
