import { setTimeout as sleep } from 'node:timers/promises';
import { credentialViews } from '../../../db/identity/session/credential.views.js';
import type { PasswordRecords } from '../../../db/identity/password/password.records.js';
import type { MfaChallengeRecords } from '../../../db/identity/mfa/mfa-challenge.records.js';
import type { SignInMissRecords } from '../../../db/identity/session/sign-in-miss.records.js';
import type { SessionRecords } from '../../../db/identity/session/session.records.js';
import type { ReadScope } from '../../../db/connection/database.js';
import { failure } from '../../../workflows/shared/failure.js';
import type { AccessTokens } from '../../authentication/access-tokens.js';
import type { DeviceTokens } from '../../authentication/device-tokens.js';
import { createSessionAnswers } from '../../authentication/session-answers.js';
import { identifiersOfUsername } from '../../route/identifier.js';
import type { PasswordHasher } from '../../authentication/password-hasher.js';
import { placeOf } from '../../limits/place.js';
import { anyone, route, type Route } from '../../route/route.js';
import {
  credentials,
  deviceToken,
  ok,
  refresh,
  tokens as tokensSchema,
} from './session.schemas.js';

interface SessionParts {
  sessions: SessionRecords;
  passwords: PasswordHasher;
  changes: Pick<PasswordRecords, 'rehash'>;
  tokens: AccessTokens;
  misses: SignInMissRecords;
  challenges: Pick<MfaChallengeRecords, 'demand'>;
  devices: DeviceTokens;
}

export function createSessionRoutes(parts: SessionParts): Route[] {
  const { sessions, passwords, changes, tokens, misses, challenges, devices } = parts;
  const tokensOf = createSessionAnswers(tokens);

  const signIn = route({
    method: 'post',
    path: '/v1/auth/login',
    summary: 'Sign in',
    description:
      'The same answer, after the same work, for a user who is unknown, unverified or gave a wrong password. Wrong ones slow ' +
      'down whoever comes from an unknown device; one that has signed in before is known by its cookie, or by the header ' +
      '`X-Device-Token` of the answer, sent back in that of the request.',
    tag: 'Identity',
    access: anyone(),
    audit: { action: 'session.open', subject: 'session' },
    requestHeaders: deviceToken,
    body: credentials,
    responses: { 200: tokensSchema },
    errors: [
      'INVALID_CREDENTIALS',
      'INVALID_USERNAME_FORMAT',
      'ACCOUNT_LOCKED',
      'ACCOUNT_DISABLED',
      'MFA_REQUIRED',
    ],
  }).handledBy(async (call) => {
    const { email, phoneE164 } = identifiersOfUsername(call.body.username) ?? {};
    const username = email ?? phoneE164;
    if (username === undefined) throw failure('INVALID_USERNAME_FORMAT');
    const isKnown = devices.deviceOf(call, username) !== undefined;
    const holdMs = isKnown ? 0 : await misses.holdMs(username);
    if (holdMs > 0) await sleep(holdMs);
    const credential = await credentialViews(call.scope).byUsername(username);
    const isRight = await passwords.verify(
      call.body.password,
      credential?.passwordHash,
      placeOf(call.clientIp),
    );
    if (!isRight && !isKnown) await misses.count(username);
    if (!credential || !isRight || credential.status === 'PENDING_VERIFICATION')
      throw failure('INVALID_CREDENTIALS');
    if (credential.status === 'LOCKED') throw failure('ACCOUNT_LOCKED');
    if (credential.status === 'DISABLED') throw failure('ACCOUNT_DISABLED');
    const { userId, hasSecondFactor } = credential;
    const passwordHash = await raisedHash(call, username, credential);
    const channel = email === undefined ? 'SMS' : 'EMAIL';
    if (hasSecondFactor) await challenges.demand({ userId, amr: ['pwd'], channel, passwordHash });
    const body = await tokensOf(await sessions.openByPassword(userId, passwordHash, call.audited));
    return isKnown
      ? { status: 200, body }
      : { status: 200, body, headers: devices.remember(username) };
  });

  const refreshTokens = route({
    method: 'post',
    path: '/v1/auth/refresh',
    operationId: 'refreshTokens',
    summary: 'Exchange a refresh token for the next',
    description:
      'Each is exchanged once. Within ten seconds the last one exchanged answers with the same successor again; ' +
      'an older one ends the session.',
    tag: 'Identity',
    access: anyone(),
    audit: { action: 'session.refresh', subject: 'session' },
    body: refresh,
    responses: { 200: tokensSchema },
    errors: ['INVALID_REFRESH_TOKEN'],
  }).handledBy(async ({ body, audited }) => ({
    status: 200,
    body: await tokensOf(await sessions.refresh(body.refresh_token, audited)),
  }));

  const signOut = route({
    method: 'post',
    path: '/v1/auth/logout',
    summary: 'Sign out',
    description: "Ends the token's session. A token that is not known is as good as signed out.",
    tag: 'Identity',
    access: anyone(),
    audit: { action: 'session.close', subject: 'session' },
    body: refresh,
    responses: { 200: ok },
  }).handledBy(async ({ body, audited }) => {
    await sessions.close(body.refresh_token, audited);
    return { status: 200, body: { status: 'OK' } };
  });

  return [signIn, refreshTokens, signOut];

  /** A hash of an earlier cost is replaced while the password is at hand; returns the hash in force. */
  async function raisedHash(
    call: SignInCall,
    username: string,
    { userId, passwordHash: oldHash }: { userId: string; passwordHash: string | null },
  ): Promise<string> {
    if (oldHash === null) throw failure('INVALID_CREDENTIALS');
    if (!passwords.isOutdated(oldHash)) return oldHash;
    const { password } = call.body;
    const place = placeOf(call.clientIp);
    const passwordHash = await passwords.hash(password, place);
    if (await changes.rehash(userId, { oldHash, passwordHash })) return passwordHash;
    // Another sign-in was first, or the password was changed.
    const current = (await credentialViews(call.scope).byUsername(username))?.passwordHash;
    if (!current || !(await passwords.verify(password, current, place)))
      throw failure('INVALID_CREDENTIALS');
    return current;
  }
}

interface SignInCall {
  body: { password: string };
  clientIp: string;
  scope: ReadScope;
}
