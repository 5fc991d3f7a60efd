import type { AccountRole, GrantedResource } from '../../../workflows/identity/account.contract.js';
import { assertWithin } from '../../../workflows/identity/member.rules.js';
import { failure } from '../../../workflows/shared/failure.js';
import { textOf, uuid } from '../../connection/column.js';
import type { ReadScope, WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { endAccess, putGrant } from '../account/access.records.js';
import { actorRoleOf, isMember, lockedMember } from './member.records.js';

/** Whether the scope's account has a resource; the kinds are those of every domain. */
export type ResourceFinder = (
  scope: ReadScope,
  kind: GrantedResource,
  id: string,
) => Promise<boolean>;

interface NewGrant {
  resourceType: GrantedResource;
  resourceId: string;
  role: AccountRole;
}

const grant = { grantId: uuid, role: textOf<AccountRole>() };

const grantOnResource = query({
  name: 'grant.onResource',
  parameters: { accountId: uuid, principalId: uuid, resourceType: textOf(), resourceId: uuid },
  row: grant,
  text: `select g.grant_id, g.role from identity.access_grants g
   where g.account_id = :accountId and g.principal_id = :principalId
     and g.resource_type = :resourceType and g.resource_id = :resourceId`,
});

const grantByName = query({
  name: 'grant.byName',
  parameters: { accountId: uuid, principalId: uuid, grantId: uuid },
  row: grant,
  text: `select g.grant_id, g.role from identity.access_grants g
   where g.account_id = :accountId and g.principal_id = :principalId and g.grant_id = :grantId
     and g.resource_type <> 'account'`,
});

/** Roles on single resources of the scope's account, for people who have access to it. */
export function grantRecords(
  scope: WriteScope,
  { findResource }: { findResource: ResourceFinder },
) {
  const { accountId } = scope;
  return {
    /** Another role on the same resource replaces the one before; the same changes nothing. */
    async give(
      userId: string,
      { resourceType, resourceId, role }: NewGrant,
    ): Promise<{ grantId: string; isNew: boolean }> {
      const member = await lockedMember(scope, userId);
      if (!member || !isMember(member)) throw failure('RESOURCE_NOT_FOUND');
      if (!(await findResource(scope, resourceType, resourceId)))
        throw failure('RESOURCE_NOT_FOUND');
      const { principalId } = member;
      const key = { accountId, principalId, resourceType, resourceId };
      const [before] = await scope.run(grantOnResource, key);
      assertWithin(actorRoleOf('member', member), role, ...(before ? [before.role] : []));
      if (before?.role === role) return { grantId: before.grantId, isNew: false };
      const grantId = await putGrant(scope, { principalId, resourceType, resourceId, role });
      return { grantId, isNew: !before };
    },

    async revoke(userId: string, grantId: string): Promise<void> {
      const member = await lockedMember(scope, userId);
      if (!member) throw failure('RESOURCE_NOT_FOUND');
      const { principalId } = member;
      const [before] = await scope.run(grantByName, { accountId, principalId, grantId });
      if (!before) throw failure('RESOURCE_NOT_FOUND');
      assertWithin(actorRoleOf('member', member), before.role);
      await endAccess(scope, principalId, grantId);
    },
  };
}
