import type { AccountKind, AccountRole } from '../../../workflows/identity/account.contract.js';
import type { BillingPeriod, PlanId } from '../../../workflows/identity/plan.contract.js';
import { platformAccountId, type WriteScope } from '../../connection/database.js';
import { newId } from '../../shared/id.js';
import { emitEvents } from '../../shared/outbox.js';
import { putRole } from './access.records.js';
import { avatarOfPatch, removeAvatars } from '../avatar/avatar.records.js';
import { AccessGrant } from './access-grant.model.js';
import { accountCreated, orgMembershipChanged } from './account.events.js';
import { Account } from './account.model.js';
import { Principal } from './principal.model.js';
import { subscribe } from './subscription.records.js';

/** An account's own description. */
export interface AccountDescription {
  name: string;
  legalName?: string | null | undefined;
  countryCode?: string | null | undefined;
  region?: string | null | undefined;
  city?: string | null | undefined;
}

interface NewAccount extends AccountDescription {
  kind: AccountKind;
  planId: PlanId;
  billingPeriod?: BillingPeriod | undefined;
  ownerPrincipalId: string;
}

/**
 * Opens an account with a first OWNER, in a transaction of the platform. Returns the account's id.
 */
export async function openAccount(
  scope: WriteScope,
  { ownerPrincipalId, planId, billingPeriod, ...account }: NewAccount,
): Promise<string> {
  const accountId = newId();
  const { transaction } = scope;
  await Principal.query(transaction).insert({ principalId: accountId, kind: 'ORGANIZATION' });
  const createdBy = ownerPrincipalId;
  await Account.query(transaction).insert({ accountId, ...given(account), createdBy });
  await subscribe(scope, { accountId, planId, billingPeriod });
  await AccessGrant.query(transaction).insert({
    accountId,
    grantId: newId(),
    principalId: ownerPrincipalId,
    resourceType: 'account',
    resourceId: accountId,
    role: 'OWNER',
  });
  // The account's events, written by the platform: the platform's context counts as the second
  // party.
  const ours = {
    accountId,
    counterpartAccountId: platformAccountId,
    subjectId: accountId,
    actorPrincipalId: ownerPrincipalId,
  };
  const membership = {
    principal_id: ownerPrincipalId,
    role: 'OWNER',
    previous_role: null,
  } as const;
  await emitEvents(scope, [
    accountCreated.of({ ...ours, payload: { account_id: accountId, kind: account.kind } }),
    orgMembershipChanged.of({ ...ours, payload: { account_id: accountId, ...membership } }),
  ]);
  return accountId;
}

/** Changes of an account's description; fields left out stay, null empties. */
interface AccountPatch extends Partial<AccountDescription> {
  displayName?: string | null | undefined;
  avatarUri?: string | null | undefined;
  mfaRequiredRoles?: AccountRole[] | undefined;
}

export function accountRecords(scope: WriteScope) {
  const { accountId, transaction } = scope;
  return {
    /** Gives a principal a role on the account; the same role again changes nothing. */
    async setRole(principalId: string, role: AccountRole): Promise<void> {
      const key = { accountId, principalId, resourceType: 'account', resourceId: accountId };
      const grant = await AccessGrant.query(transaction).findOne(key).forUpdate();
      if (grant?.role === role) return;
      await putRole(scope, { principalId, role, previousRole: grant?.role ?? null });
    },

    /** Refused, as a whole, for a picture that is not the account's. */
    async describe({ avatarUri, ...fields }: AccountPatch): Promise<void> {
      const avatar =
        avatarUri === undefined
          ? {}
          : { avatarId: await avatarOfPatch(scope, accountId, avatarUri) };
      const changes = Object.assign(given(fields), avatar);
      if (Object.keys(changes).length > 0)
        await Account.query(transaction).findById(accountId).patch(changes);
      if (avatarUri !== undefined) await removeAvatars(scope, accountId, 0);
    },
  };
}

const given = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
