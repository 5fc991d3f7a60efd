import type { OpenSession } from '../../db/identity/session/session.records.js';
import { accessTokenSeconds } from '../../workflows/identity/session.rules.js';
import type { AccessTokens } from './access-tokens.js';

/** The tokens of a session, as every sign-in and refresh answers. */
export const createSessionAnswers =
  (tokens: Pick<AccessTokens, 'issue'>) => async (session: OpenSession) => ({
    access_token: await tokens.issue(session),
    refresh_token: session.refreshToken,
    token_type: 'Bearer' as const,
    expires_in_seconds: accessTokenSeconds,
  });
