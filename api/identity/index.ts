import { createAccountOpeningRecords } from '../../db/identity/account/account-opening.records.js';
import { createAdminRecords } from '../../db/identity/registration/admin.records.js';
import { createCodeRequestRecords } from '../../db/identity/registration/code-request.records.js';
import type { SendLimit } from '../../db/identity/code/otp.records.js';
import { createRegistrationRecords } from '../../db/identity/registration/registration.records.js';
import {
  createSessionRecords,
  type SessionLife,
} from '../../db/identity/session/session.records.js';
import { createPasswordRecords } from '../../db/identity/password/password.records.js';
import { createPasswordResetRecords } from '../../db/identity/password/password-reset.records.js';
import { createSessionEndRecords } from '../../db/identity/session/session-end.records.js';
import { createSignInMissRecords } from '../../db/identity/session/sign-in-miss.records.js';
import { createIdentityRecords } from '../../db/identity/sso/identity.records.js';
import { ssoFlowRecords } from '../../db/identity/sso/sso-flow.records.js';
import { createVerificationRecords } from '../../db/identity/registration/verification.records.js';
import { createAccountTokenRecords } from '../../db/identity/credential/account-token.records.js';
import { callerViews } from '../../db/identity/session/caller.views.js';
import { mfaViews } from '../../db/identity/mfa/mfa.views.js';
import { createMfaChallengeRecords } from '../../db/identity/mfa/mfa-challenge.records.js';
import { createTotpRecords } from '../../db/identity/mfa/totp.records.js';
import { createProfileRecords } from '../../db/identity/profile/profile.records.js';
import { platformAccountId, type Database } from '../../db/connection/database.js';
import type { FirebaseAccount, SsoProvider } from '../../processes/issuer-settings.js';
import { planIds, type PlanId } from '../../workflows/identity/plan.contract.js';
import type { Authentication } from '../authentication/authentication.js';
import { createFirebaseTokens } from '../authentication/firebase-tokens.js';
import { createPasswordHasher, type PasswordHasher } from '../authentication/password-hasher.js';
import type { KeysFetch, Outbound } from '../authentication/remote-keys.js';
import { createSsoFlows } from '../authentication/sso-flows.js';
import { createSsoParties } from '../authentication/sso-parties.js';
import type { ResourceQueries } from '../pipeline/owner.js';
import type { Route } from '../route/route.js';
import type { Cursors } from '../shared/cursor.js';
import { createBootstrapRoutes } from './registration/bootstrap.routes.js';
import { createApiKeyRoutes } from './credential/api-key.routes.js';
import { createSigningKeyRoutes } from './credential/signing-key.routes.js';
import { createDiscoveryRoutes } from './session/discovery.routes.js';
import { createIdentifierRoutes } from './user/identifier.routes.js';
import { createIdentifierChangeRecords } from '../../db/identity/registration/identifier-change.records.js';
import { createMeRoutes } from './user/me.routes.js';
import { createPreferenceRoutes } from './notice/preference.routes.js';
import { createPushTokenRoutes } from './notice/push-token.routes.js';
import { createPasswordRoutes } from './password/password.routes.js';
import { createProfileRoutes } from './profile/profile.routes.js';
import { createAvatarUploadRecords } from '../../db/identity/avatar/avatar-upload.records.js';
import { createAvatarRoutes, type AvatarMedia } from './avatar/avatar.routes.js';
import { createAccountRoutes } from './account/account.routes.js';
import { createInviteRoutes } from './invite/invite.routes.js';
import { createInviteAcceptanceRoutes } from './invite/invite-acceptance.routes.js';
import {
  createInviteAcceptanceRecords,
  joinByRegistration,
} from '../../db/identity/invite/invite-acceptance.records.js';
import { rateRecords } from '../../db/platform/rate.records.js';
import { createGrantRoutes } from './member/grant.routes.js';
import { createMemberRoutes } from './member/member.routes.js';
import { createResourceFinder } from '../pipeline/resource-finder.js';
import { createPlanRoutes } from './account/plan.routes.js';
import { createRegistrationRoutes } from './registration/registration.routes.js';
import { createAccountTokenRoutes } from './credential/account-token.routes.js';
import { createRoleRoutes } from './account/role.routes.js';
import { createOverseenUserRoutes } from './staff/overseen-user.routes.js';
import { createPlatformRoleRoutes } from './staff/platform-role.routes.js';
import { createOwnSessionRoutes } from './session/own-session.routes.js';
import { createSessionRoutes } from './session/session.routes.js';
import { createFirebaseRoutes } from './sso/firebase.routes.js';
import { createIdentityLinkRoutes } from './sso/identity-link.routes.js';
import { createSsoRoutes } from './sso/sso.routes.js';
import { createMfaSignInRoutes } from './mfa/mfa-sign-in.routes.js';
import { createTotpRoutes } from './mfa/totp.routes.js';
import { createUndeliveredCodeRoutes } from './registration/undelivered-code.routes.js';

interface RegistrationSettings {
  ttlMs: number;
  /**
   * Whether verification must name the registration, even where only a single registration is open.
   */
  isAlwaysNamed: boolean;
  sendLimit: SendLimit;
}

/** Sign-in at others. */
interface ForeignSignIn {
  providers: readonly SsoProvider[];
  /** The client for addresses outside. */
  outbound: Outbound;
  /** Of a provider's keys, for metrics. */
  onKeysFetch?: ((issuer: string, outcome: KeysFetch) => void) | undefined;
  firebaseAccount?: FirebaseAccount | undefined;
}

interface IdentityRouteParts {
  database: Database;
  authentication: Authentication;
  /** Address of the API: issuer of its tokens. */
  issuer: string;
  /** Hex key of 32 bytes for deriving one-time codes; must equal the activities' key. */
  otpKey: string;
  bootstrapSecret: string | undefined;
  /** Hex key of 32 bytes for push tokens; must equal the senders' key. */
  pushTokenKey: string;
  /** Hex key of 32 bytes for the tokens and codes of invites; must equal the activities' key. */
  inviteKey: string;
  inviteTtlMs: number;
  /** Hex key of 32 bytes for the secrets of second factors. */
  secondFactorKey: string;
  /** Password hasher; without the option, a hasher of the routes' own. */
  passwords?: PasswordHasher | undefined;
  registration: RegistrationSettings;
  sessionLife: SessionLife;
  foreignSignIn: ForeignSignIn;
  /** How long an account token is good for. */
  accountTokenMs: number;
  signing: Parameters<typeof createSigningKeyRoutes>[0];
  /** Plan of a new account. */
  planId: PlanId;
  /** Plans open to accounts for a move up without an admin; all plans when left out. */
  selfServicePlans?: readonly PlanId[] | undefined;
  cursors: Cursors;
  avatars: AvatarMedia;
  /** All routes of the API, for the published policy; read at each request. */
  listRoutes: () => readonly Route[];
  /** How resources of every domain are found; read at each request. */
  listResources: () => ResourceQueries;
}

export function createIdentityRoutes(parts: IdentityRouteParts): Route[] {
  const { database, authentication, issuer, otpKey, planId } = parts;
  const { passwords = createPasswordHasher(), selfServicePlans = planIds } = parts;
  const { devices, tokens, keys } = authentication;
  const challenges = createMfaChallengeRecords(parts);
  const sessions = createSessionRecords({ database, life: parts.sessionLife });
  return [
    ...registrationRoutes(parts, passwords),
    ...createSessionRoutes({
      sessions,
      challenges,
      misses: createSignInMissRecords({ database, key: otpKey }),
      passwords,
      changes: createPasswordRecords({ database }),
      tokens,
      devices,
    }),
    ...foreignSignInRoutes(parts),
    ...createOwnSessionRoutes({ database, sessionEnds: createSessionEndRecords({ database }) }),
    ...createPasswordRoutes({
      database,
      changes: createPasswordRecords({ database }),
      resets: createPasswordResetRecords({ database, otpKey }),
      passwords,
    }),
    ...createMfaSignInRoutes({ challenges, sessions, tokens, devices }),
    ...createTotpRoutes({ database, totp: createTotpRecords(parts), passwords }),
    ...personRoutes(parts),
    ...createAvatarRoutes({ ...parts, uploads: createAvatarUploadRecords({ database }) }),
    ...createPreferenceRoutes({ database }),
    ...createPushTokenRoutes({ key: parts.pushTokenKey }),
    ...createAccountRoutes({
      openings: createAccountOpeningRecords({ database, planId, upgrades: selfServicePlans }),
      authenticator: authentication.authenticator,
      callers: (principalId) => callerViews(database.reads({ principalId })),
    }),
    ...memberRoutes(parts),
    ...createPlanRoutes({ selfServicePlans }),
    ...createBootstrapRoutes({
      admins: createAdminRecords({ database, planId }),
      passwords,
      secret: parts.bootstrapSecret,
    }),
    ...createAccountTokenRoutes({
      tokens,
      records: createAccountTokenRecords({ database }),
      callers: (principalId) => callerViews(database.reads({ principalId })),
      tokenMs: parts.accountTokenMs,
    }),
    ...createDiscoveryRoutes({ keys, issuer }),
    ...createSigningKeyRoutes(parts.signing),
    ...createApiKeyRoutes({ cursors: parts.cursors }),
    ...createRoleRoutes({ listRoutes: parts.listRoutes }),
    ...createOverseenUserRoutes({ cursors: parts.cursors }),
    ...createPlatformRoleRoutes(),
    ...createUndeliveredCodeRoutes({ cursors: parts.cursors }),
  ];
}

function personRoutes({ database, otpKey, registration }: IdentityRouteParts): Route[] {
  return [
    ...createMeRoutes({ database }),
    ...createIdentifierRoutes({
      changes: createIdentifierChangeRecords({ ...registration, database, otpKey }),
    }),
    ...createProfileRoutes({ database, profiles: createProfileRecords({ database }) }),
  ];
}

function memberRoutes(parts: IdentityRouteParts): Route[] {
  const findResource = createResourceFinder(parts.listResources);
  return [
    ...createMemberRoutes(parts),
    ...createGrantRoutes({ ...parts, findResource }),
    ...createInviteRoutes({ ...parts, findResource }),
  ];
}

function registrationRoutes(parts: IdentityRouteParts, passwords: PasswordHasher): Route[] {
  const { database, authentication, otpKey, planId, registration } = parts;
  const { authenticator } = authentication;
  const { sendLimit, ttlMs, isAlwaysNamed } = registration;
  const registrations = createRegistrationRecords({ database, otpKey, ttlMs, sendLimit });
  const findResource = createResourceFinder(parts.listResources);
  return [
    ...createRegistrationRoutes({
      registrations,
      codeRequests: createCodeRequestRecords({ database, otpKey, sendLimit }),
      verifications: createVerificationRecords({
        database,
        otpKey,
        planId,
        isAlwaysNamed,
        joinByInvite: (scope, person) => joinByRegistration(scope, { findResource }, person),
      }),
      passwords,
      authenticator,
    }),
    ...createInviteAcceptanceRoutes({
      acceptances: createInviteAcceptanceRecords({
        database,
        planId,
        findResource,
        key: parts.inviteKey,
      }),
      registrations,
      passwords,
      authenticator,
      rates: rateRecords(database.statements({ accountId: platformAccountId })),
    }),
  ];
}

function foreignSignInRoutes(parts: IdentityRouteParts): Route[] {
  const { database, authentication, issuer, otpKey, planId, foreignSignIn } = parts;
  const { firebaseAccount, ...sso } = foreignSignIn;
  const parties = createSsoParties({ ...sso, publicUrl: issuer });
  const flows = createSsoFlows({ key: otpKey, isSecure: issuer.startsWith('https:') });
  const identities = createIdentityRecords({ database, planId });
  const factors = mfaViews(database.reads({ accountId: platformAccountId }));
  return [
    ...createSsoRoutes({
      parties,
      flows,
      identities,
      arrivals: ssoFlowRecords(database.statements({ accountId: platformAccountId })),
      sessions: createSessionRecords({ database, life: parts.sessionLife }),
      tokens: authentication.tokens,
      challenges: createMfaChallengeRecords(parts),
      hasSecondFactor: async (userId) => (await factors.ofUser(userId))?.enabled === true,
    }),
    ...createIdentityLinkRoutes({ parties, flows, identities }),
    ...createFirebaseRoutes({
      tokens: firebaseAccount && createFirebaseTokens(firebaseAccount),
    }),
  ];
}
