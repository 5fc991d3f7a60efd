import type { AuditedRequest } from '../../../db/audit/audit.js';
import type { CodeRequestRecords } from '../../../db/identity/registration/code-request.records.js';
import type {
  Registered,
  RegistrationAttempt,
  RegistrationRecords,
} from '../../../db/identity/registration/registration.records.js';
import type {
  Proof,
  VerificationRecords,
} from '../../../db/identity/registration/verification.records.js';
import type { Identifiers } from '../../../workflows/identity/user.contract.js';
import { minPasswordLength } from '../../../workflows/identity/user.rules.js';
import { failure } from '../../../workflows/shared/failure.js';
import type { Authenticator } from '../../route/caller.js';
import { optionalSession } from '../../pipeline/optional-session.js';
import { identifiersOf } from '../../route/identifier.js';
import type { PasswordHasher } from '../../authentication/password-hasher.js';
import { placeOf } from '../../limits/place.js';
import { anyone, route, type Route } from '../../route/route.js';
import { isWeakPassword } from '../../authentication/weak-passwords.js';
import {
  identifier,
  registered,
  registration,
  verification,
  verificationRequested,
  verified,
} from './user.schemas.js';

interface RegistrationParts {
  registrations: RegistrationRecords;
  codeRequests: CodeRequestRecords;
  verifications: VerificationRecords;
  passwords: PasswordHasher;
  authenticator: Authenticator;
}

const tag = 'Identity';

export function createRegistrationRoutes(parts: RegistrationParts): Route[] {
  const { registrations, codeRequests, verifications, passwords, authenticator } = parts;

  const userIdOf = async (call: { header(name: string): string }): Promise<string | undefined> =>
    (await optionalSession(authenticator, call))?.userId;

  const registerUser = route({
    method: 'post',
    path: '/v1/auth/register',
    operationId: 'registerUser',
    summary: 'Register a user',
    description:
      'Sends a one-time code to the phone, or else by mail. Until an identifier is verified each registration of it is one of ' +
      'its own, which another one does not change; the same password again is the same registration. `registration_token` ' +
      'names it at verification.',
    tag,
    access: anyone(),
    sendsCode: true,
    audit: { action: 'user.register', subject: 'user' },
    body: registration,
    responses: { 200: registered },
    errors: ['ACCOUNT_ALREADY_EXISTS', 'ACCOUNT_LOCKED', 'ACCOUNT_DISABLED', 'WEAK_PASSWORD'],
  }).handledBy(async ({ body, clientIp, audited }) => {
    const { password, preferred_language: preferredLanguage } = body;
    const identifiers = identifiersOf(body);
    await assertStrong(password, identifiers);
    const attempt = { identifiers, preferredLanguage };
    const user = await registerCompared(
      { registrations, passwords },
      { ...attempt, password, clientIp, audited },
    );
    return {
      status: 200,
      body: {
        user_id: user.userId,
        status: user.status,
        otp_sent_via: user.sentVia,
        registration_token: user.registrationToken,
        retry_after_seconds: user.retryAfterSeconds,
      },
    };
  });

  const requestVerification = route({
    method: 'post',
    path: '/v1/auth/request-identifier-verification',
    summary: 'Send another code',
    description:
      'Codes sent there before are worth nothing from then on. Null while one was asked for a moment ago. Nothing is sent, and ' +
      'the same is said, where there is nothing to verify. With an access token, for a further identifier of that user.',
    tag,
    access: anyone(),
    sendsCode: true,
    audit: { action: 'user.request-verification', subject: 'user' },
    body: identifier,
    responses: { 200: verificationRequested },
    errors: ['UNAUTHENTICATED'],
  }).handledBy(async (call) => ({
    status: 200,
    body: {
      otp_sent_via: await codeRequests.request(
        identifiersOf(call.body),
        call.audited,
        await userIdOf(call),
      ),
    },
  }));

  const verifyIdentifier = route({
    method: 'post',
    path: '/v1/auth/verify-identifier',
    summary: 'Verify an identifier by its code',
    description:
      'The first verified identifier makes the user ACTIVE, with a principal and an account of its own. A code proves its ' +
      'identifier and nothing else: of several registrations of it, the one that `registration_token` or `password` names ' +
      'becomes the user; without either, none of them does, and `password_set` is false. A further identifier of an ACTIVE ' +
      'user needs its access token, too.',
    tag,
    access: anyone(),
    audit: { action: 'user.verify-identifier', subject: 'user' },
    body: verification,
    responses: { 200: verified },
    errors: [
      'INVALID_OTP',
      'OTP_EXPIRED',
      'OTP_ATTEMPTS_EXCEEDED',
      'INVALID_CREDENTIALS',
      'UNAUTHENTICATED',
    ],
  }).handledBy(async (call) => {
    const { otp, registration_token: registrationToken, password } = call.body;
    const proof = await verifications.prove(identifiersOf(call.body), otp, await userIdOf(call));
    const named = await nameRegistration({
      proof,
      registrationToken,
      password,
      clientIp: call.clientIp,
    });
    const user = await verifications.complete(proof, call.audited, named);
    return {
      status: 200,
      body: {
        user_id: user.userId,
        status: user.status,
        principal_id: user.principalId,
        verified_identifier: user.verifiedIdentifier,
        password_set: user.isPasswordSet,
      },
    };
  });

  return [registerUser, requestVerification, verifyIdentifier];

  /** The id of the named registration; undefined where no name is needed. */
  async function nameRegistration(naming: {
    proof: Proof;
    registrationToken: string | undefined;
    password: string | undefined;
    clientIp: string;
  }): Promise<string | undefined> {
    const { proof, registrationToken, password, clientIp } = naming;
    if (proof.ownerId !== undefined) return undefined;
    if (registrationToken === undefined && password === undefined) return undefined;
    const named =
      registrationToken === undefined ? undefined : verifications.named(proof, registrationToken);
    if (registrationToken !== undefined && !named) throw failure('INVALID_CREDENTIALS');
    if (named) return named.registrationId;
    for (const { registrationId, passwordHash } of proof.attempts)
      if (await passwords.verify(password ?? '', passwordHash, placeOf(clientIp)))
        return registrationId;
    throw failure('INVALID_CREDENTIALS');
  }
}

/** Newer registrations made meanwhile are compared too, up to a bound. */
const maxComparisons = 4;

interface ComparedRegistration extends Omit<RegistrationAttempt, 'passwordHash'> {
  password: string;
  clientIp: string;
  audited: AuditedRequest;
}

/**
 * Two registrations with the same password are the same registration, found only by comparing the
 * password with the newest registration's hash. Comparing takes too long for a transaction, so
 * comparing comes before, and again where a newer registration was first.
 */
export async function registerCompared(
  { registrations, passwords }: Pick<RegistrationParts, 'registrations' | 'passwords'>,
  registering: ComparedRegistration,
): Promise<Registered> {
  const { password, clientIp, audited, ...attempt } = registering;
  const place = placeOf(clientIp);
  let passwordHash: string | undefined;
  for (let comparison = 1; ; comparison += 1) {
    const newest = await registrations.newest(attempt.identifiers);
    // Without a registration the same work is done, so that the time tells nothing.
    const isSame = await passwords.verify(password, newest?.passwordHash, place);
    if (!isSame) passwordHash ??= await passwords.hash(password, place);
    const compared = {
      ...attempt,
      passwordHash: passwordHash ?? newest?.passwordHash ?? '',
      compared: newest && { registrationId: newest.registrationId, isSame },
      isFinal: comparison >= maxComparisons,
    };
    const user = await registrations.register(compared, audited);
    if (user) return user;
  }
}

export async function assertStrong(password: string, identifiers: Identifiers): Promise<void> {
  if (await isWeakPassword(password, identifiers))
    throw failure('WEAK_PASSWORD', { min_length: minPasswordLength });
}
