import { decodeJwt } from 'jose';
import type { Static } from 'typebox';
import { databaseNow } from '../../../db/connection/database-clock.js';
import type { AccountTokenRecords } from '../../../db/identity/credential/account-token.records.js';
import type { CallerViews } from '../../../db/identity/session/caller.views.js';
import {
  coversScope,
  keyRightsIn,
  parseScopes,
  rightsIn,
  type AudienceRights,
} from '../../../workflows/identity/scope.rules.js';
import type { Audience, Scope } from '../../../workflows/identity/scope.contract.js';
import { failure } from '../../../workflows/shared/failure.js';
import type { AccessTokens, TokenHolder } from '../../authentication/access-tokens.js';
import { accountRightsOf } from '../../authentication/bounded-caller.js';
import { isSession, type Caller } from '../../route/caller.js';
import { callerOf, route, type Route } from '../../route/route.js';
import { accountToken, bearer, tokenRequest } from './account-token.schemas.js';

interface AccountTokenParts {
  tokens: AccessTokens;
  records: AccountTokenRecords;
  /** The standings of a principal's sessions. */
  callers: (principalId: string) => Pick<CallerViews, 'bySession'>;
  /** How long a token is good for. */
  tokenMs: number;
}

/** Somebody's rights at the moment of the exchange, and the end of the exchanged credential. */
interface Holding {
  holder: TokenHolder;
  rights: AudienceRights | undefined;
  endsAtMs: number;
}

function createExchange({ tokens, callers, tokenMs }: Omit<AccountTokenParts, 'records'>) {
  /** Looked up anew, so that a token never states more than the holder has now. */
  async function holdingOf(
    caller: Caller,
    accountId: string,
    audience: Audience,
  ): Promise<Holding> {
    const { principalId, bounds } = caller;
    if (!isSession(caller)) {
      return {
        holder: { userId: null, principalId, sessionId: null, epoch: 0 },
        rights: bounds?.accountId === accountId ? keyRightsIn(audience, bounds.scopes) : undefined,
        endsAtMs: Date.parse(bounds?.expiresAt ?? '') || Infinity,
      };
    }
    const { userId, sessionId } = caller;
    const standing = await callers(principalId).bySession(sessionId);
    if (!standing?.isOpen) throw failure('UNAUTHENTICATED');
    return {
      holder: { userId, principalId, sessionId, epoch: standing.epoch },
      rights: rightsIn(audience, accountRightsOf(standing, accountId)),
      endsAtMs: Date.parse(standing.expiresAt),
    };
  }

  return async function exchange(caller: Caller, request: Static<typeof tokenRequest>) {
    const { account_id: accountId, audience = 'api', scope } = request;
    const { holder, rights, endsAtMs } = await holdingOf(caller, accountId, audience);
    // The same answer whether the account exists or not.
    if (!rights) throw failure('FORBIDDEN', { org_id: accountId });
    assertFactor(caller, accountId);
    const scopes = chosenScopes(rights, scope);
    const expiresAtMs = Math.min(databaseNow() + tokenMs, endsAtMs);
    const { role, buildingIds } = rights;
    const account = { accountId, audience, scopes, role, buildingIds };
    return {
      token: await tokens.issueForAccount(holder, account, expiresAtMs),
      scopes,
      expiresAtMs,
    };
  };
}

export function createAccountTokenRoutes(parts: AccountTokenParts): Route[] {
  const exchange = createExchange(parts);

  const issueAccountToken = route({
    method: 'post',
    path: '/v1/auth/token',
    operationId: 'issueAccountToken',
    summary: 'Exchange a session or a key for a token of one account',
    description:
      'The token reaches routes of its audience whose scope it has, in this account alone. It ends with the session or key, ' +
      'and as soon as the role, a grant or a scope that it states is lost.',
    tag: 'Identity',
    access: callerOf('SESSION', 'API_KEY'),
    audit: { action: 'account-token.issue', subject: 'account' },
    body: tokenRequest,
    responses: { 200: accountToken },
    errors: ['MFA_REQUIRED_BY_ACCOUNT'],
  }).handledBy(async ({ caller, body, audited }) => {
    const { token, scopes, expiresAtMs } = await exchange(caller, body);
    const { principalId } = caller;
    await parts.records.recordIssue({ accountId: body.account_id, principalId }, audited);
    return {
      status: 200,
      body: {
        access_token: token,
        token_type: 'Bearer',
        expires_in_seconds: Math.max(1, Math.floor((expiresAtMs - databaseNow()) / 1_000)),
        scope: scopes.join(' '),
      },
    };
  });

  const describeBearer = route({
    method: 'get',
    path: '/v1/auth/whoami',
    operationId: 'describeBearer',
    summary: 'What the credential of the request stands for',
    tag: 'Identity',
    access: callerOf('SESSION', 'ACCOUNT_TOKEN', 'API_KEY', 'EXTERNAL'),
    responses: { 200: bearer },
  }).handledBy(async ({ caller, header }) => {
    const { kind, principalId, userId, bounds } = caller;
    return {
      status: 200,
      body: {
        kind,
        principal_id: principalId,
        user_id: userId,
        account_id: bounds?.accountId ?? null,
        role: bounds?.role ?? null,
        audience: bounds?.audience ?? null,
        scopes: bounds ? [...bounds.scopes] : null,
        building_ids: bounds ? [...bounds.buildingIds] : null,
        issuer: bounds?.issuer ?? null,
        expires_at: bounds ? bounds.expiresAt : endOfToken(header('Authorization')),
      },
    };
  });

  return [issueAccountToken, describeBearer];
}

function assertFactor({ memberships, grants }: Caller, accountId: string): void {
  const roles = [...memberships, ...grants].filter((each) => each.accountId === accountId);
  if (roles.some(({ isMfaMissing }) => isMfaMissing))
    throw failure('MFA_REQUIRED_BY_ACCOUNT', { org_id: accountId });
}

/** The named scopes, or all scopes of the rights. */
function chosenScopes({ scopes }: AudienceRights, text: string | undefined): readonly Scope[] {
  if (text === undefined) return scopes;
  const { named, unknown } = parseScopes(text);
  if (unknown.length > 0 || named.length === 0)
    throw failure('VALIDATION_ERROR', {
      errors: [{ path: '/scope', message: 'must be known scopes, separated by spaces' }],
    });
  const missing = named.filter((scope) => !coversScope(scopes, scope));
  if (missing.length > 0) throw failure('FORBIDDEN', { missing_scopes: missing });
  return named;
}

/** Of a bearer token that the authenticator has checked. */
const endOfToken = (authorization: string): string =>
  new Date(Number(decodeJwt(authorization.replace(/^Bearer /i, '')).exp) * 1_000).toISOString();
