import { setTimeout as sleep } from 'node:timers/promises';
import type { CredentialViews } from '../../db/identity/credential.views.js';
import type { SignInMissRecords } from '../../db/identity/sign-in-miss.records.js';
import type { OpenSession, SessionRecords } from '../../db/identity/session.records.js';
import { accessTokenSeconds } from '../../workflows/identity/session.rules.js';
import { failure } from '../../workflows/shared/failure.js';
import type { AccessTokens } from '../shared/access-tokens.js';
import type { DeviceTokens } from '../shared/device-tokens.js';
import { identifiersOfUsername } from '../shared/identifier.js';
import type { PasswordHasher } from '../shared/password-hasher.js';
import { placeOf } from '../shared/place.js';
import { anyone, route, type Route } from '../shared/route.js';
import { credentials, deviceToken, ok, refresh, tokens as tokensSchema } from './session.schemas.js';

export interface SessionParts {
  sessions: SessionRecords;
  credentials: CredentialViews;
  passwords: PasswordHasher;
  tokens: AccessTokens;
  misses: SignInMissRecords;
  devices: DeviceTokens;
}

export function createSessionRoutes(parts: SessionParts): Route[] {
  const { sessions, credentials: known, passwords, tokens, misses, devices } = parts;
  const tokensOf = async (session: OpenSession) => ({
    access_token: await tokens.issue(session),
    refresh_token: session.refreshToken,
    token_type: 'Bearer' as const,
    expires_in_seconds: accessTokenSeconds,
  });

  return [
    route({
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
      errors: ['INVALID_CREDENTIALS', 'INVALID_USERNAME_FORMAT', 'ACCOUNT_LOCKED', 'ACCOUNT_DISABLED'],
    }).handledBy(async (call) => {
      const { email, phoneE164 } = identifiersOfUsername(call.body.username) ?? {};
      const username = email ?? phoneE164;
      if (username === undefined) throw failure('INVALID_USERNAME_FORMAT');
      const isKnown = devices.deviceOf(call, username) !== undefined;
      const holdMs = isKnown ? 0 : await misses.holdMs(username);
      if (holdMs > 0) await sleep(holdMs);
      const credential = await known.byUsername(username);
      const isRight = await passwords.verify(call.body.password, credential?.passwordHash, placeOf(call.clientIp));
      if (!isRight && !isKnown) await misses.count(username);
      if (!credential || !isRight || credential.status === 'PENDING_VERIFICATION') throw failure('INVALID_CREDENTIALS');
      if (credential.status === 'LOCKED') throw failure('ACCOUNT_LOCKED');
      if (credential.status === 'DISABLED') throw failure('ACCOUNT_DISABLED');
      const body = await tokensOf(await sessions.open(credential.userId));
      return isKnown ? { status: 200, body } : { status: 200, body, headers: devices.remember(username) };
    }),

    route({
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
    }).handledBy(async ({ body }) => ({
      status: 200,
      body: await tokensOf(await sessions.refresh(body.refresh_token)),
    })),

    route({
      method: 'post',
      path: '/v1/auth/logout',
      summary: 'Sign out',
      description: "Ends the token's session. A token that is not known is as good as signed out.",
      tag: 'Identity',
      access: anyone(),
      audit: { action: 'session.close', subject: 'session' },
      body: refresh,
      responses: { 200: ok },
    }).handledBy(async ({ body }) => {
      await sessions.close(body.refresh_token);
      return { status: 200, body: { status: 'OK' } };
    }),
  ];
}
