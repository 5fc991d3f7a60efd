import type { UserRecords } from '../../db/identity/user.records.js';
import type { VerificationRecords } from '../../db/identity/verification.records.js';
import type { Identifiers } from '../../workflows/identity/user.contract.js';
import { isWeakPassword, minPasswordLength } from '../../workflows/identity/user.rules.js';
import { failure } from '../../workflows/shared/failure.js';
import type { PasswordHasher } from '../shared/password-hasher.js';
import { anyone, route, type Route } from '../shared/route.js';
import { identifier, registered, registration, verification, verificationRequested, verified } from './user.schemas.js';

export interface RegistrationParts {
  users: UserRecords;
  verifications: VerificationRecords;
  passwords: PasswordHasher;
}

export function createRegistrationRoutes({ users, verifications, passwords }: RegistrationParts): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/auth/register',
      summary: 'Register a user',
      description:
        'Sends a one-time code to the phone, or else by mail. Until one is verified the same identifier is the same user: ' +
        'registering again replaces password and identifiers and sends another code.',
      tag: 'Identity',
      access: anyone(),
      audit: { action: 'user.register', subject: 'user' },
      body: registration,
      responses: { 200: registered },
      errors: ['ACCOUNT_ALREADY_EXISTS', 'ACCOUNT_LOCKED', 'ACCOUNT_DISABLED', 'WEAK_PASSWORD', 'OTP_RESEND_COOLDOWN'],
    }).handledBy(async ({ body }) => {
      const passwordHash = await hashNewPassword(passwords, body.password);
      const identifiers = identifiersOf(body);
      const user = await users.register({ identifiers, passwordHash, preferredLanguage: body.preferred_language });
      return { status: 200, body: { user_id: user.userId, status: user.status, otp_sent_via: user.sentVia } };
    }),

    route({
      method: 'post',
      path: '/v1/auth/request-identifier-verification',
      summary: 'Send another code',
      description: 'Codes sent before are worth nothing from then on. Null where there is nothing to verify.',
      tag: 'Identity',
      access: anyone(),
      audit: { action: 'user.request-verification', subject: 'user' },
      body: identifier,
      responses: { 200: verificationRequested },
      errors: ['OTP_RESEND_COOLDOWN'],
    }).handledBy(async ({ body }) => ({
      status: 200,
      body: { otp_sent_via: await users.requestVerification(identifiersOf(body)) },
    })),

    route({
      method: 'post',
      path: '/v1/auth/verify-identifier',
      summary: 'Verify an identifier by its code',
      description: 'The first verified identifier makes the user ACTIVE, with a principal and an account of its own.',
      tag: 'Identity',
      access: anyone(),
      audit: { action: 'user.verify-identifier', subject: 'user' },
      body: verification,
      responses: { 200: verified },
      errors: ['INVALID_OTP', 'OTP_EXPIRED', 'OTP_ATTEMPTS_EXCEEDED'],
    }).handledBy(async ({ body }) => {
      const proof = await verifications.verify(identifiersOf(body), body.otp);
      return {
        status: 200,
        body: {
          user_id: proof.userId,
          status: proof.status,
          principal_id: proof.principalId,
          verified_identifier: proof.verifiedIdentifier,
        },
      };
    }),
  ];
}

export async function hashNewPassword(passwords: PasswordHasher, password: string): Promise<string> {
  if (isWeakPassword(password)) throw failure('WEAK_PASSWORD', { min_length: minPasswordLength });
  return passwords.hash(password);
}

export const identifiersOf = (body: { email?: string; phone_e164?: string }): Identifiers => ({
  email: body.email?.toLowerCase(),
  phoneE164: body.phone_e164,
});
