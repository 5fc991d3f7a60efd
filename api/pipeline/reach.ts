import { failure } from '../../workflows/shared/failure.js';
import type { Caller, Role } from '../route/caller.js';

/** An account in which a caller may have a role on a resource. */
export interface Reach {
  accountId: string;
  isMfaMissing: boolean;
  /** The role on the whole account. */
  accountRole: Role | undefined;
  /** Roles on the resource, of the account and of grants; `row` names the surrounding resources. */
  rolesOn(resourceType: string, resourceId: string, row: object): readonly Role[];
}

/** The accounts of the caller's roles; the header may only choose among these. */
export function reachOf(
  caller: Caller | undefined,
  chosen: string | string[] | undefined,
): readonly Reach[] {
  const accountIds = caller ? accountsOf(caller) : [];
  if (caller === undefined || chosen === undefined)
    return accountIds.map((accountId) => reachIn(caller, accountId));
  const candidates = accountIds.filter((accountId) => accountId === chosen);
  if (candidates.length === 0) throw failure('FORBIDDEN');
  return candidates.map((accountId) => reachIn(caller, accountId));
}

function accountsOf({ memberships, grants, bounds }: Caller): readonly string[] {
  // The way of most requests.
  if (grants.length === 0 && !bounds) return memberships.map(({ accountId }) => accountId);
  const accountIds = [...memberships, ...grants].map(({ accountId }) => accountId);
  return [...new Set(accountIds)].filter((id) => !bounds || bounds.accountId === id);
}

function reachIn(caller: Caller | undefined, accountId: string): Reach {
  const membership = caller?.memberships.find((each) => each.accountId === accountId);
  const grants = (caller?.grants ?? []).filter((each) => each.accountId === accountId);
  return {
    accountId,
    isMfaMissing: (membership ?? grants.find((grant) => grant.isMfaMissing))?.isMfaMissing === true,
    accountRole: membership?.role,
    rolesOn: (resourceType, resourceId, row) => {
      if (grants.length === 0) return membership ? [membership.role] : [];
      const places = new Map(Object.entries({ ...row, [`${resourceType}Id`]: resourceId }));
      const granted = grants.filter(
        (grant) => places.get(`${grant.resourceType}Id`) === grant.resourceId,
      );
      return [...(membership ? [membership] : []), ...granted].map(({ role }) => role);
    },
  };
}
