import { createHash, timingSafeEqual } from 'node:crypto';
import type { AdminRecords } from '../../../db/identity/registration/admin.records.js';
import { failure } from '../../../workflows/shared/failure.js';
import type { PasswordHasher } from '../../authentication/password-hasher.js';
import { identifiersOf } from '../../route/identifier.js';
import { anyone, route, type Route } from '../../route/route.js';
import { assertStrong } from './registration.routes.js';
import { admin, adminRegistration } from './user.schemas.js';

interface BootstrapParts {
  admins: AdminRecords;
  passwords: PasswordHasher;
  /** Without a secret the route makes no administrator. */
  secret: string | undefined;
}

export function createBootstrapRoutes({ admins, passwords, secret }: BootstrapParts): Route[] {
  const bootstrapAdmin = route({
    method: 'post',
    path: '/v1/setup/bootstrap-admin',
    summary: 'Make the first platform administrator',
    description:
      'Works once, with the secret of the installation. The administrator is ACTIVE at once.',
    tag: 'Identity',
    access: anyone(),
    limit: 'auth',
    audit: { action: 'platform-admin.bootstrap', subject: 'user' },
    body: adminRegistration,
    responses: { 201: admin },
    errors: [
      'FORBIDDEN',
      'ALREADY_BOOTSTRAPPED',
      'ACCOUNT_ALREADY_EXISTS',
      'ACCOUNT_LOCKED',
      'ACCOUNT_DISABLED',
      'WEAK_PASSWORD',
    ],
  }).handledBy(async ({ body, audited }) => {
    if (secret === undefined || !isSame(body.bootstrap_secret, secret)) throw failure('FORBIDDEN');
    const identifiers = identifiersOf(body);
    await assertStrong(body.password, identifiers);
    const passwordHash = await passwords.hash(body.password);
    const { userId, principalId } = await admins.bootstrap({ identifiers, passwordHash }, audited);
    return {
      status: 201,
      body: { user_id: userId, principal_id: principalId, status: 'ACTIVE' },
      headers: { Location: '/v1/me' },
    };
  });

  return [bootstrapAdmin];
}

/** Digests have the same length, so that comparing takes the same time. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const isSame = (secret: string, expected: string): boolean =>
  timingSafeEqual(digest(secret), digest(expected));
