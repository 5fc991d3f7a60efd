import type { AccountRole, GrantedResource } from '../../../workflows/identity/account.contract.js';
import { orNull, textOf, uuid, type Values } from '../../connection/column.js';
import type { WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { newId } from '../../shared/id.js';
import { change, emitEvents, runChange } from '../../shared/outbox.js';
import { orgMembershipChanged } from './account.events.js';
import { accessGrantCreated, accessGrantRevoked } from './grant.events.js';

const accountLock = query({
  name: 'access.lockAccount',
  parameters: { accountId: uuid },
  text: 'select from identity.accounts a where a.account_id = :accountId for no key update',
});

/**
 * Locks the account's row: changes of who has access to an account wait for each other, so that
 * each sees the owners left by the one before.
 */
export async function lockAccess(scope: WriteScope): Promise<void> {
  await scope.run(accountLock, { accountId: scope.accountId });
}

const accessPut = change({
  name: 'access.put',
  parameters: {
    accountId: uuid,
    principalId: uuid,
    resourceType: textOf<'account' | GrantedResource>(),
    resourceId: uuid,
    role: textOf<AccountRole>(),
    grantId: uuid,
  },
  row: { grantId: uuid },
  text: `insert into identity.access_grants as g (account_id, principal_id, resource_type, resource_id, role, grant_id)
   values (:accountId, :principalId, :resourceType, :resourceId, :role, :grantId)
   on conflict (account_id, principal_id, resource_type, resource_id) do update set role = excluded.role
   returning g.grant_id`,
});

interface RoleOfAccount {
  principalId: string;
  role: AccountRole;
  previousRole: AccountRole | null;
}

/** Puts a role on the scope's account in place of the one before. */
export async function putRole(
  scope: WriteScope,
  { principalId, role, previousRole }: RoleOfAccount,
): Promise<void> {
  const { accountId } = scope;
  const grant = { accountId, principalId, resourceType: 'account', resourceId: accountId } as const;
  await runChange(scope, accessPut, { ...grant, role, grantId: newId() }, [
    orgMembershipChanged.of({
      accountId,
      subjectId: accountId,
      actorPrincipalId: scope.context.principalId ?? null,
      payload: {
        account_id: accountId,
        principal_id: principalId,
        role,
        previous_role: previousRole,
      },
    }),
  ]);
}

interface RoleOnResource {
  principalId: string;
  resourceType: GrantedResource;
  resourceId: string;
  role: AccountRole;
}

/** Puts a role on one resource of the scope's account; returns the grant's id. */
export async function putGrant(scope: WriteScope, grant: RoleOnResource): Promise<string> {
  const { accountId } = scope;
  const [put] = await runChange(scope, accessPut, { accountId, ...grant, grantId: newId() }, [
    accessGrantCreated.of(toldOf(scope, grant)),
  ]);
  if (!put) throw new Error('a grant was not stored');
  return put.grantId;
}

const toldOf = (
  { accountId, context }: WriteScope,
  { principalId, resourceType, resourceId, role }: RoleOnResource,
) => ({
  accountId,
  subjectId: accountId,
  actorPrincipalId: context.principalId ?? null,
  payload: {
    account_id: accountId,
    principal_id: principalId,
    resource_type: resourceType,
    resource_id: resourceId,
    role,
  },
});

const endedGrant = {
  resourceType: textOf<'account' | GrantedResource>(),
  resourceId: uuid,
  role: textOf<AccountRole>(),
};

/** Moves grants in force to the ended ones. */
const accessEnd = query({
  name: 'access.end',
  parameters: { accountId: uuid, principalId: uuid, grantId: orNull(uuid) },
  row: endedGrant,
  text: `with ended as (
     delete from identity.access_grants g where g.account_id = :accountId and g.principal_id = :principalId
       and (:grantId is null or g.grant_id = :grantId and g.resource_type <> 'account')
     returning g.account_id, g.grant_id, g.principal_id, g.resource_type, g.resource_id, g.role, g.created_at)
   insert into identity.revoked_grants (account_id, grant_id, principal_id, resource_type, resource_id, role, created_at)
   select e.account_id, e.grant_id, e.principal_id, e.resource_type, e.resource_id, e.role, e.created_at from ended e
   returning resource_type, resource_id, role`,
});

/**
 * Ends a principal's role on the scope's account with all grants there, or a single grant. Returns
 * whether anything ended.
 */
export async function endAccess(
  scope: WriteScope,
  principalId: string,
  grantId: string | null = null,
): Promise<boolean> {
  const { accountId } = scope;
  const ended = await scope.run(accessEnd, { accountId, principalId, grantId });
  await emitEvents(
    scope,
    ended.map((grant) => endOf(scope, principalId, grant)),
  );
  return ended.length > 0;
}

function endOf(
  scope: WriteScope,
  principalId: string,
  { resourceType, resourceId, role }: Values<typeof endedGrant>,
) {
  if (resourceType !== 'account')
    return accessGrantRevoked.of(toldOf(scope, { principalId, resourceType, resourceId, role }));
  const { accountId, context } = scope;
  return orgMembershipChanged.of({
    accountId,
    subjectId: accountId,
    actorPrincipalId: context.principalId ?? null,
    payload: {
      account_id: accountId,
      principal_id: principalId,
      role: null,
      previous_role: role,
    },
  });
}
