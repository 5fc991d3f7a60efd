import type {
  Invite,
  InviteAcceptanceRecords,
  InviteName,
} from '../../../db/identity/invite/invite-acceptance.records.js';
import type { AuditedRequest } from '../../../db/audit/audit.js';
import type { RegistrationRecords } from '../../../db/identity/registration/registration.records.js';
import type { Channel } from '../../../workflows/identity/otp.contract.js';
import type { RateRecords } from '../../../db/platform/rate.records.js';
import { databaseNow } from '../../../db/connection/database-clock.js';
import { assertAcceptable } from '../../../workflows/identity/invite-acceptance.rules.js';
import type { Identifiers, UserStatus } from '../../../workflows/identity/user.contract.js';
import { asFailure, failure } from '../../../workflows/shared/failure.js';
import type { PasswordHasher } from '../../authentication/password-hasher.js';
import { placeOf } from '../../limits/place.js';
import type { Authenticator } from '../../route/caller.js';
import { identifiersOf } from '../../route/identifier.js';
import { anyone, route, type Route } from '../../route/route.js';
import { maskOf } from '../../shared/mask.js';
import { assertStrong, registerCompared } from '../registration/registration.routes.js';
import { optionalSession } from '../../pipeline/optional-session.js';
import { acceptedInvite, inviteAcceptance, inviteName, resolvedInvite } from './invite.schemas.js';

interface InviteAcceptanceParts {
  acceptances: InviteAcceptanceRecords;
  registrations: RegistrationRecords;
  passwords: PasswordHasher;
  authenticator: Authenticator;
  /** Counts wrong names of invites by place. */
  rates: RateRecords;
}

const tag = 'Identity';
/** Wrong names of invites from a place in a window. */
const maxMisses = 10;
const missWindowMs = 600_000;

interface NamingBody {
  invite_token?: string;
  invite_token_id?: string;
  invite_code?: string;
}

function nameOf({ invite_token, invite_token_id, invite_code = '' }: NamingBody): InviteName {
  if (invite_token !== undefined) return { inviteToken: invite_token };
  if (invite_token_id !== undefined) return { inviteId: invite_token_id };
  return { inviteCode: invite_code };
}

export const createInviteAcceptanceRoutes = (parts: InviteAcceptanceParts): Route[] => [
  createResolutionRoute(parts),
  createAcceptanceRoute(parts),
];

/** Counted before the look-up, and given back for a right name: so guesses at once count all. */
async function findInvite(
  { rates, acceptances }: Pick<InviteAcceptanceParts, 'rates' | 'acceptances'>,
  body: NamingBody,
  clientIp: string,
): Promise<Invite> {
  const key = `invite_name:${placeOf(clientIp)}`;
  const now = Math.floor(databaseNow());
  const { points, expire } = await rates.count(key, 1, now + missWindowMs, now);
  if (points > maxMisses)
    throw failure('RATE_LIMITED', {
      limit: 'invite_name',
      retry_after_seconds: Math.max(1, Math.ceil((expire - now) / 1_000)),
    });
  const invite = await acceptances.find(nameOf(body));
  if (!invite) throw failure('INVALID_INVITE');
  await rates.count(key, -1, now + missWindowMs, now);
  return invite;
}

function createResolutionRoute(parts: InviteAcceptanceParts): Route {
  return route({
    method: 'post',
    path: '/v1/org-invites/resolve',
    summary: 'Look at an invite',
    description:
      'By the token of the message, by the id, or by the code. Whoever has the token sees the target, others a mask.',
    tag,
    access: anyone(),
    limit: 'auth',
    audit: { exempt: 'changes nothing' },
    idempotency: 'none',
    effect: 'none',
    body: inviteName,
    responses: { 200: resolvedInvite },
    errors: ['INVALID_INVITE', 'INVITE_EXPIRED', 'RATE_LIMITED'],
  }).handledBy(async ({ body, clientIp }) => {
    const invite = await findInvite(parts, body, clientIp);
    assertAcceptable(standingOf(invite), databaseNow());
    const target = body.invite_token === undefined ? maskOf(invite.identifier) : invite.identifier;
    return {
      status: 200,
      body: {
        invite_token_id: invite.inviteId,
        org_id: invite.accountId,
        org_name: invite.organisation,
        email: invite.channel === 'EMAIL' ? target : null,
        phone_e164: invite.channel === 'SMS' ? target : null,
        proposed_role: invite.role,
        site_ids: invite.siteIds && [...invite.siteIds],
        expires_at: invite.expiresAt,
      },
    };
  });
}

function createAcceptanceRoute(parts: InviteAcceptanceParts): Route {
  const { acceptances, authenticator } = parts;
  return route({
    method: 'post',
    path: '/v1/org-invites/accept',
    summary: 'Accept an invite',
    description:
      'Signed in, as the person who has proved the target. Else as a new person: by the token ACTIVE at once, by the id or the ' +
      'code with a one-time code to the target, and a member on its verification. Again by the same person changes nothing.',
    tag,
    access: anyone(),
    limit: 'auth',
    audit: { action: 'invite.accept', subject: 'user' },
    idempotency: 'none',
    body: inviteAcceptance,
    responses: { 200: acceptedInvite },
    errors: [
      'INVALID_INVITE',
      'INVITE_EXPIRED',
      'ACCOUNT_ALREADY_EXISTS',
      'ACCOUNT_LOCKED',
      'ACCOUNT_DISABLED',
      'WEAK_PASSWORD',
      'UNAUTHENTICATED',
      'VALIDATION_ERROR',
      'RATE_LIMITED',
    ],
  }).handledBy(async (call) => {
    const { body, clientIp, audited } = call;
    const session = await optionalSession(authenticator, call);
    const invite = await findInvite(parts, body, clientIp);
    if (session) {
      const { userId } = await acceptances.acceptSignedIn(invite, session.principalId, audited);
      authenticator.forget?.(session.principalId);
      return accepted(invite, { userId, status: 'ACTIVE', sentVia: null });
    }
    const guest = guestOf(invite, body);
    const newcomer = { ...guest, preferredLanguage: body.preferred_language, clientIp, audited };
    const isByMessage = body.invite_token !== undefined;
    const acceptor =
      (await earlierAcceptor(parts, invite, newcomer)) ??
      (await (isByMessage ? join : register)(parts, invite, newcomer));
    return accepted(invite, acceptor);
  });
}

interface Newcomer {
  identifiers: Identifiers;
  password: string;
  preferredLanguage: string | undefined;
  clientIp: string;
  audited: AuditedRequest;
}

interface GuestBody {
  email?: string;
  phone_e164?: string;
  password?: string;
}

/** Refused without a password and the target, or with another target. */
function guestOf(
  { channel, identifier }: Invite,
  body: GuestBody,
): Pick<Newcomer, 'identifiers' | 'password'> {
  const { password } = body;
  const identifiers = identifiersOf(body);
  if (password === undefined) throw missing('password');
  const target = channel === 'EMAIL' ? identifiers.email : identifiers.phoneE164;
  if (target === undefined) throw missing(channel === 'EMAIL' ? 'email' : 'phone_e164');
  if (target !== identifier) throw failure('INVALID_INVITE');
  return { identifiers, password };
}

/** The same person again, known by the password. */
async function earlierAcceptor(
  { passwords }: InviteAcceptanceParts,
  { status, acceptorId, acceptorHash }: Invite,
  { password, clientIp }: Newcomer,
): Promise<Acceptor | undefined> {
  if (status !== 'ACCEPTED' || acceptorId === null || acceptorHash === null) return undefined;
  const isSame = await passwords.verify(password, acceptorHash, placeOf(clientIp));
  return isSame ? { userId: acceptorId, status: 'ACTIVE', sentVia: null } : undefined;
}

/** By the token, which proves the target. */
async function join(
  parts: InviteAcceptanceParts,
  invite: Invite,
  newcomer: Newcomer,
): Promise<Acceptor> {
  const { acceptances, passwords } = parts;
  const { password, identifiers, clientIp, audited } = newcomer;
  assertAcceptable(standingOf(invite), databaseNow());
  await assertStrong(password, identifiers);
  const passwordHash = await passwords.hash(password, placeOf(clientIp));
  const person = { ...newcomer, passwordHash };
  try {
    const { userId } = await acceptances.acceptAsNew(invite, person, audited);
    return { userId, status: 'ACTIVE', sentVia: null };
  } catch (error) {
    // The same acceptance, a moment earlier.
    const now = asFailure(error) && (await acceptances.find({ inviteId: invite.inviteId }));
    const earlier = now && (await earlierAcceptor(parts, now, newcomer));
    if (!earlier) throw error;
    return earlier;
  }
}

/** By the id or the code, which prove nothing: the target gets a code, and joins by its proof. */
async function register(
  { registrations, passwords }: InviteAcceptanceParts,
  invite: Invite,
  newcomer: Newcomer,
): Promise<Acceptor> {
  assertAcceptable(standingOf(invite), databaseNow());
  await assertStrong(newcomer.password, newcomer.identifiers);
  const { accountId, inviteId, channel, identifier } = invite;
  const named = { accountId, inviteId, target: { channel, identifier } };
  return registerCompared({ registrations, passwords }, { ...newcomer, invite: named });
}

const missing = (field: string) =>
  failure('VALIDATION_ERROR', {
    errors: [{ path: `/${field}`, message: 'is needed without a session' }],
  });

const standingOf = ({ status, expiresAt, role, inviterRole }: Invite) => ({
  status,
  expiresAtMs: Date.parse(expiresAt),
  role,
  inviterRole,
});

interface Acceptor {
  userId: string;
  status: UserStatus;
  sentVia: Channel | null;
}

const accepted = ({ accountId }: Invite, { userId, status, sentVia }: Acceptor) => ({
  status: 200 as const,
  body: {
    user_id: userId,
    status,
    org_id: accountId,
    org_principal_id: accountId,
    otp_sent_via: sentVia,
  },
});
