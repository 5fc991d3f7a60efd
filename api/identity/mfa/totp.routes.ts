import type { SecondFactor } from '../../../db/identity/mfa/mfa-proof.records.js';
import { mfaViews } from '../../../db/identity/mfa/mfa.views.js';
import type { TotpRecords } from '../../../db/identity/mfa/totp.records.js';
import { platformAccountId, type Database } from '../../../db/connection/database.js';
import { failure } from '../../../workflows/shared/failure.js';
import type { PasswordHasher } from '../../authentication/password-hasher.js';
import { placeOf } from '../../limits/place.js';
import { route, signedIn, type Route } from '../../route/route.js';
import { enrolment, factors, nothing, recoveryCodes, totpCode, totpEnd } from './mfa.schemas.js';

interface TotpParts {
  database: Pick<Database, 'reads'>;
  totp: TotpRecords;
  passwords: PasswordHasher;
}

const tag = 'Identity';
const access = signedIn();

/** The factor of a body with exactly one. */
export function secondFactorOf(body: {
  code?: string | undefined;
  recovery_code?: string | undefined;
}): SecondFactor {
  const { code, recovery_code: recoveryCode } = body;
  return code === undefined ? { recoveryCode: recoveryCode ?? '' } : { code };
}

export const createTotpRoutes = (parts: TotpParts): Route[] => [
  createFactorsRoute(parts),
  ...createEnrolmentRoutes(parts),
  ...createConfirmedFactorRoutes(parts),
];

function createFactorsRoute({ database }: TotpParts): Route {
  return route({
    method: 'get',
    path: '/v1/me/mfa',
    operationId: 'getSecondFactors',
    summary: 'My second factors',
    tag,
    access,
    responses: { 200: factors },
  }).handledBy(async ({ caller: { userId } }) => {
    const view = await mfaViews(database.reads({ accountId: platformAccountId })).ofUser(userId);
    if (!view) throw failure('UNAUTHENTICATED');
    const { enabled, confirmedAt, recoveryCodesLeft } = view;
    return {
      status: 200,
      body: {
        totp: { enabled, confirmed_at: confirmedAt },
        recovery_codes_left: recoveryCodesLeft,
      },
    };
  });
}

function createEnrolmentRoutes({ totp }: TotpParts): Route[] {
  const enrolTotp = route({
    method: 'post',
    path: '/v1/me/mfa/totp',
    operationId: 'enrolTotp',
    summary: 'Make a secret for an authenticator',
    description:
      'By RFC 6238: SHA-1, six digits, 30 seconds. Nothing changes at sign-in until a first code confirms it; another call ' +
      'makes another secret in its place.',
    tag,
    access,
    audit: { action: 'mfa.enrol', subject: 'user' },
    // The secret is stored nowhere but sealed with the factor.
    idempotency: 'none',
    body: nothing,
    responses: { 201: enrolment },
    errors: ['MFA_ALREADY_ENABLED'],
  }).handledBy(async ({ caller, audited }) => {
    const { secret, otpauthUri, expiresAt } = await totp.enrol(caller, audited);
    return {
      status: 201,
      body: { secret, otpauth_uri: otpauthUri, expires_at: expiresAt },
      headers: { Location: '/v1/me/mfa' },
    };
  });

  const confirmTotp = route({
    method: 'post',
    path: '/v1/me/mfa/totp/confirm',
    operationId: 'confirmTotp',
    summary: 'Turn the second factor on by a first code',
    description:
      'From then on a sign-in needs the password and a code. This session counts as one with a second factor.',
    tag,
    access,
    audit: { action: 'mfa.enable', subject: 'user' },
    body: totpCode,
    responses: { 200: recoveryCodes },
    errors: ['INVALID_MFA_CODE', 'MFA_ALREADY_ENABLED', 'RESOURCE_NOT_FOUND', 'RATE_LIMITED'],
  }).handledBy(async ({ caller, body, audited }) => ({
    status: 200,
    body: { recovery_codes: await totp.confirm(caller, body.code, audited) },
  }));

  return [enrolTotp, confirmTotp];
}

function createConfirmedFactorRoutes({ totp, passwords }: TotpParts): Route[] {
  const disableTotp = route({
    method: 'delete',
    path: '/v1/me/mfa/totp',
    operationId: 'disableTotp',
    summary: 'Turn the second factor off',
    tag,
    access,
    audit: { action: 'mfa.disable', subject: 'user' },
    body: totpEnd,
    responses: { 204: null },
    errors: ['INVALID_CREDENTIALS', 'INVALID_MFA_CODE', 'RESOURCE_NOT_FOUND', 'RATE_LIMITED'],
  }).handledBy(async ({ caller, body, clientIp, audited }) => {
    const passwordHash = await totp.passwordHash(caller.userId);
    if (!(await passwords.verify(body.password, passwordHash, placeOf(clientIp))))
      throw failure('INVALID_CREDENTIALS');
    await totp.disable(caller, secondFactorOf(body), audited);
    return { status: 204 };
  });

  const renewRecoveryCodes = route({
    method: 'post',
    path: '/v1/me/mfa/recovery-codes',
    operationId: 'renewRecoveryCodes',
    summary: 'Make new recovery codes in place of all earlier ones',
    tag,
    access,
    audit: { action: 'mfa.renew-recovery-codes', subject: 'user' },
    body: totpCode,
    responses: { 200: recoveryCodes },
    errors: ['INVALID_MFA_CODE', 'RESOURCE_NOT_FOUND', 'RATE_LIMITED'],
  }).handledBy(async ({ caller, body, audited }) => ({
    status: 200,
    body: { recovery_codes: await totp.renew(caller, body.code, audited) },
  }));

  return [disableTotp, renewRecoveryCodes];
}
