import { Type } from 'typebox';
import { accountRoles } from '../../workflows/identity/account.contract.js';
import { defineEvent } from '../shared/event.js';

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

/** Somebody joined an account or has another role in it. */
export const orgMembershipChanged = defineEvent({
  ...base,
  type: 'ORG_MEMBERSHIP_CHANGED',
  topic: 'identity.account.membership_changed',
  payload: Type.Object({ account_id: id, principal_id: id, role: Type.Enum([...accountRoles]) }, object),
  example: { account_id: accountId, principal_id: accountId, role: 'OWNER' },
});
