import type { MfaChallengeRecords } from '../../../db/identity/mfa/mfa-challenge.records.js';
import type { SessionRecords } from '../../../db/identity/session/session.records.js';
import type { AccessTokens } from '../../authentication/access-tokens.js';
import type { DeviceTokens } from '../../authentication/device-tokens.js';
import { createSessionAnswers } from '../../authentication/session-answers.js';
import { anyone, route, type Route } from '../../route/route.js';
import { deviceToken, tokens as tokensSchema } from '../session/session.schemas.js';
import { secondFactor } from './mfa.schemas.js';
import { secondFactorOf } from './totp.routes.js';

interface MfaSignInParts {
  challenges: MfaChallengeRecords;
  sessions: SessionRecords;
  tokens: AccessTokens;
  devices: DeviceTokens;
}

export function createMfaSignInRoutes(parts: MfaSignInParts): Route[] {
  const { challenges, sessions, devices } = parts;
  const answerOf = createSessionAnswers(parts.tokens);

  const showSecondFactor = route({
    method: 'post',
    path: '/v1/auth/mfa',
    operationId: 'showSecondFactor',
    summary: 'Go on with a sign-in by the second factor',
    description:
      'With the token of MFA_REQUIRED, which is good for five minutes and five tries, and a code of the authenticator or a ' +
      'recovery code; each is good once. After ten wrong ones in a quarter of an hour the person waits.',
    tag: 'Identity',
    access: anyone(),
    audit: { action: 'session.open', subject: 'session' },
    requestHeaders: deviceToken,
    body: secondFactor,
    responses: { 200: tokensSchema },
    errors: ['INVALID_MFA_CODE', 'INVALID_MFA_TOKEN', 'INVALID_CREDENTIALS', 'RATE_LIMITED'],
  }).handledBy(async (call) => {
    const { mfa_token: mfaToken } = call.body;
    await challenges.countTry(mfaToken);
    const { session, proved } = await sessions.openProved(
      (scope) => challenges.complete(scope, mfaToken, secondFactorOf(call.body)),
      call.audited,
    );
    const body = await answerOf(session);
    const { identifier } = proved;
    return identifier === null || devices.deviceOf(call, identifier) !== undefined
      ? { status: 200, body }
      : { status: 200, body, headers: devices.remember(identifier) };
  });

  return [showSecondFactor];
}
