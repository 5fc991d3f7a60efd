import type { Database } from '../../../db/connection/database.js';
import {
  passwordViews,
  type PasswordRecords,
} from '../../../db/identity/password/password.records.js';
import type { PasswordResetRecords } from '../../../db/identity/password/password-reset.records.js';
import type { Identifiers, Recipient } from '../../../workflows/identity/user.contract.js';
import { recipientsOf } from '../../../workflows/identity/user.rules.js';
import { failure } from '../../../workflows/shared/failure.js';
import type { PasswordHasher } from '../../authentication/password-hasher.js';
import { placeOf } from '../../limits/place.js';
import { identifiersOfUsername } from '../../route/identifier.js';
import { anyone, route, signedIn, type Route } from '../../route/route.js';
import { assertStrong } from '../registration/registration.routes.js';
import { ok } from '../session/session.schemas.js';
import { passwordChange, passwordReset, resetRequest, resetRequested } from './password.schemas.js';

interface PasswordParts {
  database: Pick<Database, 'reads'>;
  changes: PasswordRecords;
  resets: PasswordResetRecords;
  passwords: PasswordHasher;
}

const tag = 'Identity';

export const createPasswordRoutes = (parts: PasswordParts): Route[] => [
  ...createResetRoutes(parts),
  createChangeRoute(parts),
];

function createResetRoutes({ resets, passwords }: PasswordParts): Route[] {
  const requestReset = route({
    method: 'post',
    path: '/v1/auth/request-password-reset',
    summary: 'Ask for a code to set a new password',
    description:
      'The same answer, in the same time, whether somebody has the address or number or nobody. A code goes to who has proved it.',
    tag,
    access: anyone(),
    sendsCode: true,
    audit: { action: 'password.request-reset', subject: 'password_reset' },
    body: resetRequest,
    responses: { 200: resetRequested },
    errors: ['INVALID_USERNAME_FORMAT'],
  }).handledBy(async ({ body, audited }) => {
    const { recipient } = namedBy(body.username);
    await resets.request(recipient, audited);
    return { status: 200, body: { otp_sent_via: recipient.channel } };
  });

  const resetPassword = route({
    method: 'post',
    path: '/v1/auth/reset-password',
    summary: 'Set a new password by a code',
    description: 'Ends every session; a second factor stays.',
    tag,
    access: anyone(),
    audit: { action: 'password.reset', subject: 'user' },
    body: passwordReset,
    responses: { 200: ok },
    errors: [
      'INVALID_USERNAME_FORMAT',
      'WEAK_PASSWORD',
      'INVALID_OTP',
      'OTP_EXPIRED',
      'OTP_ATTEMPTS_EXCEEDED',
    ],
  }).handledBy(async ({ body, clientIp, audited }) => {
    const { recipient, identifiers } = namedBy(body.username);
    await assertStrong(body.new_password, identifiers);
    const proof = await resets.prove(recipient, body.otp);
    const passwordHash = await passwords.hash(body.new_password, placeOf(clientIp));
    await resets.complete(proof, passwordHash, audited);
    return { status: 200, body: { status: 'OK' } };
  });

  return [requestReset, resetPassword];
}

function createChangeRoute({ database, changes, passwords }: PasswordParts): Route {
  return route({
    method: 'post',
    path: '/v1/me/password',
    summary: 'Change my password',
    description: 'Ends my other sessions.',
    tag,
    access: signedIn(),
    limit: 'auth',
    audit: { action: 'password.change', subject: 'user' },
    body: passwordChange,
    responses: { 200: ok },
    errors: ['INVALID_CREDENTIALS', 'WEAK_PASSWORD'],
  }).handledBy(async ({ caller, body, clientIp, audited }) => {
    const { userId, principalId, sessionId } = caller;
    const user = await passwordViews(database.reads({ principalId })).ofUser(userId);
    const place = placeOf(clientIp);
    const oldHash = user?.passwordHash;
    const isRight = await passwords.verify(body.current_password, oldHash, place);
    if (!isRight || typeof oldHash !== 'string') throw failure('INVALID_CREDENTIALS');
    await assertStrong(body.new_password, {
      email: user?.email ?? undefined,
      phoneE164: user?.phoneE164 ?? undefined,
    });
    const passwordHash = await passwords.hash(body.new_password, place);
    await changes.change({ userId, principalId, sessionId, passwordHash, oldHash }, audited);
    return { status: 200, body: { status: 'OK' } };
  });
}

function namedBy(username: string): { recipient: Recipient; identifiers: Identifiers } {
  const identifiers = identifiersOfUsername(username);
  const [recipient] = recipientsOf(identifiers ?? {});
  if (!identifiers || !recipient) throw failure('INVALID_USERNAME_FORMAT');
  return { recipient, identifiers };
}
