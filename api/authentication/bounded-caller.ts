import {
  coversScope,
  keyRightsIn,
  rightsIn,
  type AccountRights,
} from '../../workflows/identity/scope.rules.js';
import type { Caller } from '../route/caller.js';
import type { AccountClaims } from './access-tokens.js';

/** The holder's roles in the account, as far as there are any. */
export const accountRightsOf = (
  { memberships, grants }: Pick<Caller, 'memberships' | 'grants'>,
  accountId: string,
): AccountRights => ({
  role: memberships.find((each) => each.accountId === accountId)?.role,
  grants: grants.filter((each) => each.accountId === accountId),
});

/**
 * The caller of an account token, from its holder's standing now; undefined once the holder has
 * another role there, or lacks a building or a scope of the token.
 */
export function boundedCaller(
  holder: Caller,
  account: AccountClaims,
  expiresAtMs: number,
): Caller | undefined {
  const { accountId, audience, scopes, role, buildingIds } = account;
  const rights = holder.bounds
    ? keyRightsIn(audience, holder.bounds.accountId === accountId ? holder.bounds.scopes : [])
    : rightsIn(audience, accountRightsOf(holder, accountId));
  const isInForce =
    rights?.role === role &&
    scopes.every((scope) => coversScope(rights.scopes, scope)) &&
    buildingIds.every((id) => rights.buildingIds.includes(id));
  if (!isInForce) return undefined;
  const isOfAccount = (each: { accountId: string }): boolean => each.accountId === accountId;
  return {
    ...holder,
    kind: 'ACCOUNT_TOKEN',
    isPlatformAdmin: false,
    isSupport: false,
    memberships: holder.memberships.filter(isOfAccount),
    grants: holder.grants.filter(isOfAccount),
    bounds: {
      accountId,
      audience,
      scopes,
      role,
      buildingIds,
      issuer: null,
      expiresAt: new Date(expiresAtMs).toISOString(),
    },
  };
}
