import type { AccountRole } from '../../../workflows/identity/account.contract.js';
import {
  maxPendingInvites,
  type InviteStatus,
} from '../../../workflows/identity/invite/invite.contract.js';
import { assertWithin } from '../../../workflows/identity/member.rules.js';
import type { Channel } from '../../../workflows/identity/otp.contract.js';
import { resendWaitSeconds } from '../../../workflows/identity/otp.rules.js';
import type { Recipient } from '../../../workflows/identity/user.contract.js';
import { failure } from '../../../workflows/shared/failure.js';
import {
  arrayOf,
  boolean,
  bytes,
  float,
  integer,
  orNull,
  text,
  textOf,
  timestamp,
  uuid,
  type Values,
} from '../../connection/column.js';
import { platformAccountId, type WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { createInviteSecrets } from '../../secrets/invite-secrets.js';
import { newId } from '../../shared/id.js';
import { change, emitEvents, runChange } from '../../shared/outbox.js';
import { lockAccess } from '../account/access.records.js';
import type { ResourceFinder } from '../member/grant.records.js';
import {
  identifiersOfRecipient,
  identifierColumns,
  identifierParameters,
} from '../user/identifier.records.js';
import {
  inviteEvent,
  orgInviteExpired,
  orgInviteRevoked,
  orgInviteSent,
  type InviteInAccount,
} from './invite.events.js';

interface NewInvite {
  recipient: Recipient;
  role: AccountRole;
  /** Sites with the role; undefined for a role on the whole account. */
  siteIds?: readonly string[] | undefined;
}

interface IssuedInvite {
  inviteId: string;
  code: string;
  status: InviteStatus;
  expiresAt: string;
  isNew: boolean;
}

const actorStanding = query({
  name: 'invite.actor',
  parameters: { accountId: uuid, principalId: uuid },
  row: { role: orNull(textOf<AccountRole>()), pendingCount: integer },
  text: `select (select g.role from identity.access_grants g where g.account_id = :accountId and g.principal_id = :principalId
       and g.resource_type = 'account') as role,
     (select count(*)::int from identity.invites i
       where i.account_id = :accountId and i.status = 'PENDING' and i.expires_at > now()) as pending_count`,
});

const guestStanding = query({
  name: 'invite.guest',
  parameters: { accountId: uuid, principalId: uuid, ...identifierParameters },
  row: { isMember: boolean, language: text },
  text: `select exists (select from identity.access_grants g join identity.users u on u.principal_id = g.principal_id
       where g.account_id = :accountId and g.resource_type = 'account'
         and (u.email = :email::public.citext and u.email_verified_at is not null
           or u.phone_e164 = :phoneE164 and u.phone_verified_at is not null)) as is_member,
     coalesce((select u.preferred_language from identity.users u where u.principal_id = :principalId), 'en') as language`,
});

const pending = {
  inviteId: uuid,
  role: textOf<AccountRole>(),
  isOver: boolean,
  sendingNo: integer,
  sinceSendingSeconds: float,
};
const pendingByTarget = query({
  name: 'invite.pending',
  parameters: { accountId: uuid, channel: textOf<Channel>(), identifier: text },
  row: pending,
  text: `select i.invite_id, i.role, i.expires_at <= now() as is_over, i.sending_no,
     extract(epoch from now() - i.sending_at)::float8 as since_sending_seconds
   from identity.invites i
   where i.account_id = :accountId and i.channel = :channel and i.identifier = :identifier and i.status = 'PENDING'
   for update`,
});

const insertion = change({
  name: 'invite.add',
  parameters: {
    accountId: uuid,
    inviteId: uuid,
    channel: textOf<Channel>(),
    identifier: text,
    role: textOf<AccountRole>(),
    siteIds: orNull(arrayOf(uuid)),
    tokenHash: bytes,
    codeHash: bytes,
    language: text,
    invitedBy: uuid,
    ttlMs: float,
  },
  row: { expiresAt: timestamp },
  text: `insert into identity.invites
     (account_id, invite_id, channel, identifier, role, site_ids, token_hash, code_hash, language, invited_by, expires_at)
   values (:accountId, :inviteId, :channel, :identifier, :role, :siteIds, :tokenHash, :codeHash, :language, :invitedBy,
     now() + :ttlMs * interval '1 millisecond')
   on conflict (code_hash) where status = 'PENDING' do nothing returning expires_at`,
});

const renewal = query({
  name: 'invite.renew',
  parameters: {
    accountId: uuid,
    inviteId: uuid,
    role: textOf<AccountRole>(),
    siteIds: orNull(arrayOf(uuid)),
    language: text,
    invitedBy: uuid,
    isSentAgain: boolean,
  },
  row: { expiresAt: timestamp },
  text: `update identity.invites i set role = :role, site_ids = :siteIds, language = :language, invited_by = :invitedBy,
     sending_no = i.sending_no + :isSentAgain::int, sending_at = case when :isSentAgain then now() else i.sending_at end
   where i.account_id = :accountId and i.invite_id = :inviteId returning i.expires_at`,
});

const inviteEnd = query({
  name: 'invite.end',
  parameters: { accountId: uuid, inviteId: uuid, status: textOf<InviteStatus>() },
  text: `update identity.invites i set status = :status
   where i.account_id = :accountId and i.invite_id = :inviteId and i.status = 'PENDING'`,
});

const inviteById = query({
  name: 'invite.byId',
  parameters: { accountId: uuid, inviteId: uuid },
  row: { role: textOf<AccountRole>(), status: textOf<InviteStatus>() },
  text: `select i.role, i.status from identity.invites i
   where i.account_id = :accountId and i.invite_id = :inviteId for update`,
});

export interface InviteParts {
  /** Hex key of 32 bytes for tokens and codes of invites; must equal the activities' key. */
  inviteKey: string;
  inviteTtlMs: number;
  findResource: ResourceFinder;
}

/** Tries at an id whose code no other open invite has. */
const maxTries = 3;

/** Invites into the scope's account, by the scope's principal. */
export function inviteRecords(scope: WriteScope, parts: InviteParts) {
  const { accountId, principalId } = scope;
  const secrets = createInviteSecrets(parts.inviteKey);
  return {
    /**
     * Invites a person to a role; an open invite of the same person is the same invite with the
     * newest role, and another message goes out after a growing wait. Refused above the actor's own
     * role, for a member, and beyond the account's limit.
     */
    async issue({ recipient, role, siteIds }: NewInvite): Promise<IssuedInvite> {
      const actor = await lockedActor(scope);
      assertWithin(actor.role, role);
      for (const siteId of siteIds ?? [])
        if (!(await parts.findResource(scope, 'site', siteId))) throw failure('RESOURCE_NOT_FOUND');
      const language = await languageFor(scope, recipient);
      const sites = siteIds ? [...new Set(siteIds)] : null;
      const wanted = { recipient, role, siteIds: sites, language };
      const [open] = await scope.run(pendingByTarget, { accountId, ...recipient });
      if (open?.isOver) await end(scope, { accountId, ...open }, 'EXPIRED');
      if (!open || open.isOver) {
        if (actor.pendingCount >= maxPendingInvites)
          throw failure('INVITE_LIMIT_REACHED', { limit: maxPendingInvites });
        return add(scope, wanted, { secrets, ttlMs: parts.inviteTtlMs });
      }
      assertWithin(actor.role, open.role);
      const { inviteId } = open;
      const expiresAt = await renew(scope, open, wanted);
      return { inviteId, code: secrets.code(inviteId), status: 'PENDING', expiresAt, isNew: false };
    },

    /** Again changes nothing; an invite that ended otherwise is a conflict. */
    async revoke(inviteId: string): Promise<void> {
      const actor = await lockedActor(scope);
      const [invite] = await scope.run(inviteById, { accountId, inviteId });
      if (!invite) throw failure('RESOURCE_NOT_FOUND');
      const { role, status } = invite;
      assertWithin(actor.role, role);
      if (status === 'REVOKED') return;
      if (status !== 'PENDING') throw failure('CONFLICT', { reason: status });
      await end(scope, { accountId, inviteId, role }, 'REVOKED', principalId);
    },
  };
}

/** The role of the acting member, under the lock of the account's row. */
async function lockedActor(
  scope: WriteScope,
): Promise<{ role: AccountRole; pendingCount: number }> {
  const { accountId, principalId } = scope;
  await lockAccess(scope);
  const [actor] = await scope.run(actorStanding, { accountId, principalId });
  if (!actor?.role) throw failure('FORBIDDEN');
  return { role: actor.role, pendingCount: actor.pendingCount };
}

/** The inviter's language, since the guest's is not known; refused for a member. */
async function languageFor(scope: WriteScope, recipient: Recipient): Promise<string> {
  const { accountId, principalId } = scope;
  const columns = identifierColumns(identifiersOfRecipient(recipient));
  // People's rows are the platform's.
  const [guest] = await scope.as({ accountId: platformAccountId }, (step) =>
    step.read(guestStanding, { accountId, principalId, ...columns }),
  );
  if (guest?.isMember) throw failure('CONFLICT', { reason: 'ALREADY_MEMBER' });
  return guest?.language ?? 'en';
}

interface WantedInvite {
  recipient: Recipient;
  role: AccountRole;
  siteIds: string[] | null;
  language: string;
}

async function add(
  scope: WriteScope,
  { recipient, ...wanted }: WantedInvite,
  { secrets, ttlMs }: { secrets: ReturnType<typeof createInviteSecrets>; ttlMs: number },
): Promise<IssuedInvite> {
  const { accountId, principalId } = scope;
  for (let tries = 0; tries < maxTries; tries += 1) {
    const inviteId = newId();
    const code = secrets.code(inviteId);
    const row = {
      accountId,
      inviteId,
      ...recipient,
      ...wanted,
      ttlMs,
      tokenHash: secrets.hashToken(secrets.token(inviteId)),
      codeHash: secrets.hashCode(code),
      invitedBy: principalId,
    };
    const sending = inviteEvent(
      orgInviteSent,
      { accountId, inviteId, role: wanted.role },
      principalId,
    );
    const [added] = await runChange(scope, insertion, row, [sending]);
    if (added)
      return { inviteId, code, status: 'PENDING', expiresAt: added.expiresAt, isNew: true };
  }
  throw new Error('no free code for an invite was found');
}

/** Returns the end, which stays. */
async function renew(
  scope: WriteScope,
  { inviteId, sendingNo, sinceSendingSeconds }: Values<typeof pending>,
  { role, siteIds, language }: WantedInvite,
): Promise<string> {
  const { accountId, principalId } = scope;
  const isSentAgain = resendWaitSeconds(sendingNo + 1, sinceSendingSeconds) <= 0;
  const row = { accountId, inviteId, role, siteIds, language, isSentAgain };
  const [renewed] = await scope.run(renewal, { ...row, invitedBy: principalId });
  if (!renewed) throw new Error('a locked invite has no row');
  if (isSentAgain)
    await emitEvents(scope, [
      inviteEvent(orgInviteSent, { accountId, inviteId, role }, principalId),
    ]);
  return renewed.expiresAt;
}

async function end(
  scope: WriteScope,
  { accountId, inviteId, role }: InviteInAccount,
  status: 'REVOKED' | 'EXPIRED',
  actorPrincipalId: string | null = null,
): Promise<void> {
  await scope.run(inviteEnd, { accountId, inviteId, status });
  const event = status === 'REVOKED' ? orgInviteRevoked : orgInviteExpired;
  await emitEvents(scope, [inviteEvent(event, { accountId, inviteId, role }, actorPrincipalId)]);
}
