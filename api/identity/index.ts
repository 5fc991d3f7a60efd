import { createAdminRecords } from '../../db/identity/admin.records.js';
import { createCallerViews } from '../../db/identity/caller.views.js';
import { createCodeRequestRecords } from '../../db/identity/code-request.records.js';
import { createCredentialViews } from '../../db/identity/credential.views.js';
import { createMeViews } from '../../db/identity/me.views.js';
import { createPlanViews } from '../../db/identity/plan.views.js';
import type { SendLimit } from '../../db/identity/otp.records.js';
import { createRegistrationRecords } from '../../db/identity/registration.records.js';
import { createSessionRecords, type SessionLife } from '../../db/identity/session.records.js';
import { createSignInMissRecords } from '../../db/identity/sign-in-miss.records.js';
import { createSigningKeyRecords } from '../../db/identity/signing-key.records.js';
import { createSubscriptionRecords } from '../../db/identity/subscription.records.js';
import { createSubscriptionViews } from '../../db/identity/subscription.views.js';
import { createVerificationRecords } from '../../db/identity/verification.records.js';
import { createMailboxViews } from '../../db/platform/mailbox.views.js';
import type { Database } from '../../db/shared/database.js';
import { planIds, type PlanId } from '../../workflows/identity/plan.contract.js';
import { createAccessTokens } from '../shared/access-tokens.js';
import { createAuthenticator } from '../shared/authenticator.js';
import type { Authenticator } from '../shared/caller.js';
import type { Cursors } from '../shared/cursor.js';
import { createDeviceTokens, type DeviceTokens } from '../shared/device-tokens.js';
import { createPasswordHasher, type PasswordHasher } from '../shared/password-hasher.js';
import type { Route } from '../shared/route.js';
import { createSigningKeys } from '../shared/signing-keys.js';
import type { StandingWatch } from '../shared/standing-watch.js';
import { createBootstrapRoutes } from './bootstrap.routes.js';
import { createDiscoveryRoutes } from './discovery.routes.js';
import { createMailboxRoutes } from './mailbox.routes.js';
import { createMeRoutes } from './me.routes.js';
import { createPlanRoutes } from './plan.routes.js';
import { createRegistrationRoutes } from './registration.routes.js';
import { createRoleRoutes } from './role.routes.js';
import { createSessionRoutes } from './session.routes.js';
import { createUndeliveredCodeRoutes } from './undelivered-code.routes.js';

export interface RegistrationSettings {
  ttlMs: number;
  /** Whether a registration has to be named at verification also where it is the only one. */
  isAlwaysNamed: boolean;
  sendLimit: SendLimit;
}

export interface IdentityParts {
  database: Database;
  /** Address of this API: issuer of its tokens. */
  issuer: string;
  /** Hex keys of 32 bytes: one that one-time codes are derived under, the activities' must be the same; one that seals signing keys. */
  otpKey: string;
  signingSealKey: string;
  bootstrapSecret: string | undefined;
  /** What hashes passwords; one of its own without it. */
  passwords?: PasswordHasher | undefined;
  /** Hears of ended sessions and lost roles; without it each standing is asked for once a second. */
  watch?: StandingWatch | undefined;
  registration: RegistrationSettings;
  sessionLife: SessionLife;
  /** Plan of a new account. */
  planId: PlanId;
  /** Plans that accounts may move up to by themselves; all when left out. */
  selfServicePlans?: readonly PlanId[] | undefined;
  cursors: Cursors;
  /** All routes of the API, for the published policy; asked at each request. */
  listRoutes: () => readonly Route[];
}

export interface Identity {
  authenticator: Authenticator;
  /** For limits that a known device shares with nobody. */
  devices: DeviceTokens;
  routes: Route[];
}

/** The face of identity: its routes, and what tells every other route who asks. */
export function createIdentity(parts: IdentityParts): Identity {
  const { database, issuer, otpKey, planId, registration, sessionLife, watch } = parts;
  const { passwords = createPasswordHasher() } = parts;
  const { read } = database;
  const keys = createSigningKeys(createSigningKeyRecords({ database, sealKey: parts.signingSealKey }));
  const tokens = createAccessTokens({ keys, issuer });
  const authenticator = createAuthenticator({ tokens, callers: createCallerViews(read), watch });
  const devices = createDeviceTokens({ key: otpKey, isSecure: issuer.startsWith('https:') });
  const { sendLimit, ttlMs, isAlwaysNamed } = registration;
  return {
    ...{ authenticator, devices },
    routes: [
      ...createRegistrationRoutes({
        registrations: createRegistrationRecords({ database, otpKey, ttlMs, sendLimit }),
        codeRequests: createCodeRequestRecords({ database, otpKey, sendLimit }),
        verifications: createVerificationRecords({ database, otpKey, planId, isAlwaysNamed }),
        ...{ passwords, authenticator },
      }),
      ...createSessionRoutes({
        sessions: createSessionRecords({ database, life: sessionLife }),
        misses: createSignInMissRecords({ database, key: otpKey }),
        credentials: createCredentialViews(read),
        ...{ passwords, tokens, devices },
      }),
      ...createMeRoutes({ views: createMeViews(read) }),
      ...createPlanRoutes({
        plans: createPlanViews(read),
        subscriptions: createSubscriptionViews(read),
        records: createSubscriptionRecords(database),
        selfServicePlans: parts.selfServicePlans ?? planIds,
      }),
      ...createBootstrapRoutes({
        admins: createAdminRecords({ database, planId }),
        passwords,
        secret: parts.bootstrapSecret,
      }),
      ...createDiscoveryRoutes({ keys, issuer }),
      ...createRoleRoutes({ listRoutes: parts.listRoutes }),
      ...createMailboxRoutes({ views: createMailboxViews(read) }),
      ...createUndeliveredCodeRoutes({ database, cursors: parts.cursors }),
    ],
  };
}
