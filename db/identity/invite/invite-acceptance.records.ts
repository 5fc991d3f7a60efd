import type { AccountRole } from '../../../workflows/identity/account.contract.js';
import type { InviteStatus } from '../../../workflows/identity/invite/invite.contract.js';
import {
  assertAcceptable,
  isAcceptable,
} from '../../../workflows/identity/invite-acceptance.rules.js';
import { higherRole } from '../../../workflows/identity/member.rules.js';
import type { Channel } from '../../../workflows/identity/otp.contract.js';
import type { PlanId } from '../../../workflows/identity/plan.contract.js';
import type { Identifiers } from '../../../workflows/identity/user.contract.js';
import { failure } from '../../../workflows/shared/failure.js';
import { appendAudit, platformContextOf, type AuditedRequest } from '../../audit/audit.js';
import {
  arrayOf,
  bytes,
  orNull,
  text,
  textOf,
  timestamp,
  uuid,
  type Values,
} from '../../connection/column.js';
import { databaseNow } from '../../connection/database-clock.js';
import { platformAccountId, type Database, type WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { createInviteSecrets } from '../../secrets/invite-secrets.js';
import { emitEvents } from '../../shared/outbox.js';
import { lockAccess, putGrant, putRole } from '../account/access.records.js';
import { addTrustedUser, type ActiveUser } from '../registration/trusted-user.records.js';
import type { ResourceFinder } from '../member/grant.records.js';
import { User } from '../user/user.model.js';
import {
  identifierColumns,
  identifierParameters,
  identifiersOfRecipient,
  lockIdentifiers,
} from '../user/identifier.records.js';
import { orgInviteAccepted } from './invite.events.js';

/** How a caller names an invite: by the token of the message, by the id, or by the code. */
export type InviteName = { inviteToken: string } | { inviteId: string } | { inviteCode: string };

const invite = {
  accountId: uuid,
  inviteId: uuid,
  organisation: text,
  channel: textOf<Channel>(),
  identifier: text,
  role: textOf<AccountRole>(),
  siteIds: orNull(arrayOf(uuid)),
  status: textOf<InviteStatus>(),
  expiresAt: timestamp,
  inviterRole: orNull(textOf<AccountRole>()),
  acceptedBy: orNull(uuid),
  acceptorId: orNull(uuid),
  acceptorHash: orNull(text),
};
export type Invite = Values<typeof invite>;

const inviteText = `select i.account_id, i.invite_id, a.name as organisation, i.channel, i.identifier, i.role, i.site_ids,
     i.status, i.expires_at, g.role as inviter_role, i.accepted_by, u.user_id as acceptor_id, u.password_hash as acceptor_hash
   from identity.invites i join identity.accounts a on a.account_id = i.account_id
   left join identity.access_grants g on g.account_id = i.account_id and g.principal_id = i.invited_by
     and g.resource_type = 'account'
   left join identity.users u on u.principal_id = i.accepted_by`;

const inviteByName = query({
  name: 'invite.byName',
  parameters: { tokenHash: orNull(bytes), inviteId: orNull(uuid), codeHash: orNull(bytes) },
  row: invite,
  text: `${inviteText} where i.token_hash = :tokenHash or i.invite_id = :inviteId or i.code_hash = :codeHash
   order by i.status = 'PENDING' desc, i.created_at desc limit 1`,
});

const lockedInvite = query({
  name: 'invite.locked',
  parameters: { inviteId: uuid },
  row: invite,
  text: `${inviteText} where i.invite_id = :inviteId for update of i`,
});

const acceptance = query({
  name: 'invite.accept',
  parameters: { inviteId: uuid, principalId: uuid },
  text: `update identity.invites i set status = 'ACCEPTED', accepted_by = :principalId
   where i.invite_id = :inviteId and i.status = 'PENDING'`,
});

const provedTarget = query({
  name: 'invite.provedTarget',
  parameters: { principalId: uuid, ...identifierParameters },
  row: { userId: uuid },
  text: `select u.user_id from identity.users u where u.principal_id = :principalId and u.status = 'ACTIVE'
     and (u.email = :email::public.citext and u.email_verified_at is not null
       or u.phone_e164 = :phoneE164 and u.phone_verified_at is not null) for share`,
});

const grantNow = query({
  name: 'invite.grantNow',
  parameters: { accountId: uuid, principalId: uuid },
  row: { resourceId: uuid, role: textOf<AccountRole>() },
  text: `select g.resource_id, g.role from identity.access_grants g
   where g.account_id = :accountId and g.principal_id = :principalId`,
});

/** What joining needs of other domains. */
interface JoiningParts {
  findResource: ResourceFinder;
}

interface AcceptanceParts extends JoiningParts {
  database: Pick<Database, 'reads' | 'transaction'>;
  /** 32 bytes in hex. */
  key: string;
  /** Plan of a new person's account. */
  planId: PlanId;
}

/** A person not known so far, with the identifiers of the body; the invite's proves itself. */
interface Newcomer {
  identifiers: Identifiers;
  passwordHash: string;
  preferredLanguage?: string | undefined;
}

export function createInviteAcceptanceRecords(parts: AcceptanceParts) {
  const { database, key, planId } = parts;
  const secrets = createInviteSecrets(key);
  const platform = { accountId: platformAccountId };
  return {
    /** Undefined for no invite of the name. */
    async find(name: InviteName): Promise<Invite | undefined> {
      const [invited] = await database.reads(platform).read(inviteByName, {
        tokenHash: 'inviteToken' in name ? secrets.hashToken(name.inviteToken) : null,
        inviteId: 'inviteId' in name ? name.inviteId : null,
        codeHash: 'inviteCode' in name ? secrets.hashCode(name.inviteCode) : null,
      });
      return invited;
    },

    /**
     * Joins the account as a signed-in person who has proved the target. Again by the same person
     * changes nothing; of any number at once, one has an effect.
     */
    acceptSignedIn: (
      invited: Invite,
      principalId: string,
      audited: AuditedRequest,
    ): Promise<ActiveUser> =>
      database.transaction(platformContextOf(audited), async (scope) => {
        const locked = await lockInvite(scope, invited);
        const columns = identifierColumns(identifiersOfRecipient(locked));
        const [user] = await scope.run(provedTarget, { principalId, ...columns });
        if (!user) throw failure('INVALID_INVITE');
        const joining = { userId: user.userId, principalId };
        if (locked.acceptedBy !== principalId)
          await join(scope, parts, { invite: locked, user: joining });
        await appendAudit(scope, { ...audited, subjectId: user.userId, principalId });
        return joining;
      }),

    /**
     * Makes a person ACTIVE by the token of the message alone, which proves the target, and joins
     * the account.
     */
    acceptAsNew: (
      invited: Invite,
      { identifiers, passwordHash, preferredLanguage }: Newcomer,
      audited: AuditedRequest,
    ): Promise<ActiveUser> =>
      database.transaction(platformContextOf(audited), async (scope) => {
        const proved = identifiersOfRecipient(invited);
        await lockIdentifiers(scope, proved);
        const locked = await lockInvite(scope, invited);
        assertAcceptable(asAcceptable(locked), databaseNow());
        const user = await addTrustedUser(scope, { identifiers: proved, passwordHash }, planId);
        const { userId } = user;
        const further = identifierColumns({ ...identifiers, ...proved });
        const language = preferredLanguage === undefined ? {} : { preferredLanguage };
        await User.query(scope.transaction)
          .patch({ ...further, ...language })
          .where({ userId });
        await join(scope, parts, { invite: locked, user });
        const { principalId } = user;
        await appendAudit(scope, { ...audited, subjectId: userId, principalId });
        return user;
      }),
  };
}
export type InviteAcceptanceRecords = ReturnType<typeof createInviteAcceptanceRecords>;

interface Joining {
  invite: Invite;
  user: ActiveUser;
}

/** After the verification of a registration by an invite; nothing where the invite is over by now. */
export async function joinByRegistration(
  scope: WriteScope,
  parts: JoiningParts,
  { inviteId, ...user }: ActiveUser & { inviteId: string },
): Promise<void> {
  const [invited] = await scope.read(inviteByName, { tokenHash: null, inviteId, codeHash: null });
  if (!invited) return;
  const invite = await lockInvite(scope, invited);
  if (isAcceptable(asAcceptable(invite), databaseNow())) await join(scope, parts, { invite, user });
}

/** The account's row first, as for every change of access. */
async function lockInvite(
  scope: WriteScope,
  { accountId, inviteId }: Pick<Invite, 'accountId' | 'inviteId'>,
): Promise<Invite> {
  await scope.as({ accountId }, lockAccess);
  const [locked] = await scope.run(lockedInvite, { inviteId });
  if (!locked) throw failure('INVALID_INVITE');
  return locked;
}

const asAcceptable = ({ status, expiresAt, role, inviterRole }: Invite) => ({
  status,
  expiresAtMs: Date.parse(expiresAt),
  role,
  inviterRole,
});

/** Within the transaction: the end of the invite, the role or the grants, and the events. */
async function join(
  scope: WriteScope,
  { findResource }: JoiningParts,
  { invite: joined, user: { userId, principalId } }: Joining,
): Promise<void> {
  assertAcceptable(asAcceptable(joined), databaseNow());
  const { accountId, inviteId, role, siteIds } = joined;
  await scope.run(acceptance, { inviteId, principalId });
  await scope.as({ accountId, principalId }, async (step) => {
    const grants = await step.run(grantNow, { accountId, principalId });
    const roleNow = (resourceId: string) =>
      grants.find((grant) => grant.resourceId === resourceId)?.role;
    // An invite takes nothing away.
    const raised = (resourceId: string): AccountRole | undefined => {
      const now = roleNow(resourceId);
      const raisedRole = now === undefined ? role : higherRole(now, role);
      return raisedRole === now ? undefined : raisedRole;
    };
    if (siteIds === null) {
      const next = raised(accountId);
      const previousRole = roleNow(accountId) ?? null;
      if (next) await putRole(step, { principalId, role: next, previousRole });
    } else {
      for (const siteId of siteIds) {
        const next = raised(siteId);
        const resource = { resourceType: 'site', resourceId: siteId } as const;
        // A site may have been deleted since.
        if (next && (await findResource(step, 'site', siteId)))
          await putGrant(step, { principalId, ...resource, role: next });
      }
    }
    const payload = { account_id: accountId, invite_token_id: inviteId, role, user_id: userId };
    await emitEvents(step, [
      orgInviteAccepted.of({
        accountId,
        subjectId: inviteId,
        actorPrincipalId: principalId,
        payload,
      }),
    ]);
  });
}
