import { Type } from 'typebox';
import { accountRoles } from '../../../workflows/identity/account.contract.js';
import { defineEvent } from '../../shared/event.js';

const object = { additionalProperties: false } as const;
const id = Type.String({ format: 'uuid' });
const accountId = '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f';
const base = { version: 1, subjectType: 'account' } as const;

export const accountCreated = defineEvent({
  ...base,
  type: 'ACCOUNT_CREATED',
  topic: 'identity.account.created',
  payload: Type.Object({ account_id: id, kind: Type.Enum(['PERSONAL', 'ORGANIZATION']) }, object),
  example: { account_id: accountId, kind: 'PERSONAL' },
});

const membership = {
  subjectType: 'account',
  type: 'ORG_MEMBERSHIP_CHANGED',
  topic: 'identity.account.membership_changed',
} as const;

export const orgMembershipChangedV1 = defineEvent({
  ...membership,
  version: 1,
  payload: Type.Object(
    { account_id: id, principal_id: id, role: Type.Enum([...accountRoles]) },
    object,
  ),
  example: { account_id: accountId, principal_id: accountId, role: 'OWNER' },
});

const role = Type.Union([Type.Enum([...accountRoles]), Type.Null()]);

/** A principal joined an account, changed roles in an account, or left; null is no role. */
export const orgMembershipChanged = defineEvent({
  ...membership,
  version: 2,
  payload: Type.Object({ account_id: id, principal_id: id, role, previous_role: role }, object),
  example: { account_id: accountId, principal_id: accountId, role: 'OWNER', previous_role: null },
});
