import { createOutboundHttp } from '../../activities/shared/outbound-http.js';
import { createIdentityRoutes } from '../../api/identity/index.js';
import { createAvatarMedia } from '../process/avatar-media.js';
import { assertObjectRoom, openObjects } from '../process/object-store.js';
import { ratesOf } from '../api/rates.js';
import { selfServicePlans } from '../api/self-service-plans.js';
import { noteKeysFetch } from '../observability/metrics/key-metrics.js';
import type { DomainRoutes, RouteParts } from '../shared/domain.js';

export async function openIdentityRoutes(parts: RouteParts): Promise<DomainRoutes> {
  const { resources, authentication, cursors, listRoutes, listResources } = parts;
  const { config, database, metrics } = resources;
  const outbound = createOutboundHttp({ allowsPrivate: config.IDP_ALLOW_PRIVATE });
  const routes = createIdentityRoutes({
    database,
    authentication,
    cursors,
    avatars: createAvatarMedia({
      objects: openObjects(resources),
      assertRoom: () => assertObjectRoom(config),
    }),
    listRoutes,
    listResources,
    issuer: config.publicUrl,
    otpKey: config.deriveKey('one-time codes'),
    secondFactorKey: config.deriveKey('second factors'),
    pushTokenKey: config.deriveKey('push tokens'),
    inviteKey: config.deriveKey('invites'),
    inviteTtlMs: config.INVITE_TTL_MS,
    bootstrapSecret: config.BOOTSTRAP_SECRET,
    registration: {
      ttlMs: config.REGISTRATION_TTL_MS,
      isAlwaysNamed: config.REGISTRATION_PROOF === 'always',
      sendLimit: ratesOf(config).otp_identifier,
    },
    signing: {
      signingSealKey: config.deriveKey('signing keys'),
      times: { rotateMs: config.SIGNING_KEY_ROTATE_MS, publishMs: config.SIGNING_KEY_PUBLISH_MS },
    },
    sessionLife: { idleMs: config.SESSION_IDLE_MS, maxMs: config.SESSION_MAX_MS },
    foreignSignIn: {
      providers: config.ssoProviders,
      outbound,
      onKeysFetch: (issuer, outcome) => noteKeysFetch(metrics, issuer, outcome),
      firebaseAccount: config.firebaseAccount,
    },
    accountTokenMs: config.ACCOUNT_TOKEN_MS,
    selfServicePlans: selfServicePlans(config),
    planId: config.DEFAULT_PLAN ?? (config.isProduction ? 'monitor' : 'pro'),
  });
  return { routes, close: () => outbound.close() };
}
