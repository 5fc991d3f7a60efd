import { Type } from 'typebox';
import { accountRoles, type AccountRole } from '../../../workflows/identity/account.contract.js';
import { defineEvent, type NewEvent } from '../../shared/event.js';

const object = { additionalProperties: false } as const;
const id = Type.String({ format: 'uuid' });
const accountId = '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f';
const inviteId = '0198f0c2-8c2b-7d4f-8e50-3b7c9d1e2f30';
const base = { version: 1, subjectType: 'invite' } as const;
const fields = { account_id: id, invite_token_id: id, role: Type.Enum([...accountRoles]) };
const example = { account_id: accountId, invite_token_id: inviteId, role: 'OPERATOR' } as const;

/** Somebody is to be told of an invite; again for each further message. */
export const orgInviteSent = defineEvent({
  ...base,
  type: 'ORG_INVITE_SENT',
  topic: 'identity.account.invite_sent',
  payload: Type.Object(fields, object),
  example,
});

export const orgInviteAccepted = defineEvent({
  ...base,
  type: 'ORG_INVITE_ACCEPTED',
  topic: 'identity.account.invite_accepted',
  payload: Type.Object({ ...fields, user_id: id }, object),
  example: { ...example, user_id: '0198f0c2-9d3c-7e50-9f61-4c8d0e2f3041' },
});

export const orgInviteRevoked = defineEvent({
  ...base,
  type: 'ORG_INVITE_REVOKED',
  topic: 'identity.account.invite_revoked',
  payload: Type.Object(fields, object),
  example,
});

export const orgInviteExpired = defineEvent({
  ...base,
  type: 'ORG_INVITE_EXPIRED',
  topic: 'identity.account.invite_expired',
  payload: Type.Object(fields, object),
  example,
});

export interface InviteInAccount {
  accountId: string;
  inviteId: string;
  role: AccountRole;
}

/** An event of the account's, by the acting principal; without an actor, by the time. */
export const inviteEvent = (
  event: typeof orgInviteSent,
  { accountId: account, inviteId: invite, role }: InviteInAccount,
  actorPrincipalId: string | null = null,
): NewEvent =>
  event.of({
    accountId: account,
    subjectId: invite,
    actorPrincipalId,
    payload: { account_id: account, invite_token_id: invite, role },
  });
