import { randomUUID } from 'node:crypto';
import { decodeProtectedHeader, errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { databaseNow } from '../../db/connection/database-clock.js';
import { audiences, type Audience, type Scope } from '../../workflows/identity/scope.contract.js';
import { parseScopes } from '../../workflows/identity/scope.rules.js';
import { accessTokenSeconds } from '../../workflows/identity/session.rules.js';
import { failure } from '../../workflows/shared/failure.js';
import { isCanonicalJws } from './canonical-jws.js';
import type { SigningKeys } from './signing-keys.js';
import { signingAlgorithm, type VerifyingKeys } from './verifying-keys.js';

interface AccessClaims {
  userId: string;
  principalId: string;
  sessionId: string;
  /** Epoch of the user at issue; a raised epoch ends every earlier token. */
  epoch: number;
}

/** The part of an account token beyond its holder: a single account, and rights there at issue. */
export interface AccountClaims {
  accountId: string;
  audience: Audience;
  scopes: readonly Scope[];
  role: string | null;
  buildingIds: readonly string[];
}

/** The holder of an account token: a session, or else the principal of a key. */
export interface TokenHolder {
  userId: string | null;
  principalId: string;
  sessionId: string | null;
  epoch: number;
}

export interface VerifiedClaims extends TokenHolder {
  /**
   * Key of all claims a standing is looked up by: a standing of one session never serves other
   * claims.
   */
  standingKey: string;
  issuedAtMs: number;
  expiresAtMs: number;
  /** Of an account token alone. */
  account?: AccountClaims;
}

export interface TokenVerifier {
  /** Throws UNAUTHENTICATED for any token not issued by us, not valid now, or not for our API. */
  verify(token: string): Promise<VerifiedClaims>;
}

export interface AccessTokens extends TokenVerifier {
  issue(claims: AccessClaims): Promise<string>;
  issueForAccount(
    holder: TokenHolder,
    account: AccountClaims,
    expiresAtMs: number,
  ): Promise<string>;
}

const apiAudience = 'api';
/** Kinds of tokens, told apart by the signed header, so that neither passes for the other. */
const sessionType = 'JWT';
const accountType = 'at+jwt';

const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const isUuid = (claim: unknown): claim is string =>
  typeof claim === 'string' && uuidShape.test(claim);
const isUuidOrNull = (claim: unknown): claim is string | null => claim === null || isUuid(claim);

/**
 * A session's token names a person and a session, never roles: roles are looked up, so a change of
 * role applies at once. An account token states rights, and ends where its holder has fewer.
 */
export function createAccessTokens({
  keys,
  issuer,
}: {
  keys: SigningKeys;
  issuer: string;
}): AccessTokens {
  async function sign(type: string, token: SignJWT, expiresAtMs: number): Promise<string> {
    const { kid, privateKey } = await keys.current();
    return token
      .setProtectedHeader({ alg: signingAlgorithm, typ: type, kid })
      .setIssuer(issuer)
      .setIssuedAt(new Date(databaseNow()))
      .setExpirationTime(new Date(expiresAtMs))
      .sign(privateKey);
  }
  return {
    issue: ({ userId, principalId, sessionId, epoch }) =>
      sign(
        sessionType,
        new SignJWT({ principal_id: principalId, sid: sessionId, epoch })
          .setSubject(userId)
          .setAudience(apiAudience),
        databaseNow() + accessTokenSeconds * 1_000,
      ),
    issueForAccount: ({ userId, principalId, sessionId, epoch }, account, expiresAtMs) =>
      sign(
        accountType,
        new SignJWT({
          tenantId: account.accountId,
          userId,
          principal_id: principalId,
          role: account.role,
          buildingIds: account.buildingIds,
          scope: account.scopes.join(' '),
          sid: sessionId,
          epoch,
        })
          .setSubject(principalId)
          .setAudience(account.audience)
          .setJti(randomUUID()),
        expiresAtMs,
      ),
    verify: createTokenVerifier({ keys, issuer }).verify,
  };
}

/** Checks tokens without a key to sign any. */
export function createTokenVerifier({
  keys,
  issuer,
}: {
  keys: VerifyingKeys;
  issuer: string;
}): TokenVerifier {
  async function payloadOf(token: string, typ: string): Promise<JWTPayload> {
    const { payload } = await jwtVerify(
      token,
      async ({ kid }) => {
        const key = kid === undefined ? undefined : await keys.find(kid);
        if (!key) throw new errors.JWKSNoMatchingKey();
        return key.publicKey;
      },
      {
        algorithms: [signingAlgorithm],
        issuer,
        typ,
        audience: typ === sessionType ? apiAudience : [...audiences],
        requiredClaims: ['sub', 'exp', 'iat', 'sid'],
        currentDate: new Date(databaseNow()),
      },
    );
    return payload;
  }
  return {
    async verify(token) {
      try {
        const typ = typeOf(token);
        const payload = await payloadOf(token, typ);
        const claims = typ === sessionType ? sessionClaims(payload) : accountClaims(payload);
        if (!claims) throw failure('UNAUTHENTICATED');
        return claims;
      } catch (error) {
        if (error instanceof errors.JOSEError) throw failure('UNAUTHENTICATED');
        throw error;
      }
    },
  };
}

const headerNames = ['alg', 'kid', 'typ'];

/** The token's kind. The header names nothing else: no key, no address of a key, no extension. */
function typeOf(token: string): string {
  if (!isCanonicalJws(token)) throw failure('UNAUTHENTICATED');
  let header: ReturnType<typeof decodeProtectedHeader>;
  try {
    header = decodeProtectedHeader(token);
  } catch (error) {
    if (error instanceof TypeError) throw failure('UNAUTHENTICATED');
    throw error;
  }
  const { typ } = header;
  const isPlain = Object.keys(header).every((name) => headerNames.includes(name));
  if (!isPlain || (typ !== sessionType && typ !== accountType)) throw failure('UNAUTHENTICATED');
  return typ;
}

function sessionClaims(payload: JWTPayload): VerifiedClaims | undefined {
  const { sub, principal_id: principalId, sid: sessionId, epoch } = payload;
  if (!isUuid(sub) || !isUuid(principalId) || !isUuid(sessionId)) return undefined;
  return {
    ...holderOf({ userId: sub, principalId, sessionId, epoch: Number(epoch) }),
    ...timesOf(payload),
  };
}

function accountClaims(payload: JWTPayload): VerifiedClaims | undefined {
  const { sub, userId, principal_id: principalId, sid: sessionId, epoch } = payload;
  const account = statedAccount(payload);
  if (!account || sub !== principalId || !isUuid(principalId)) return undefined;
  if (!isUuidOrNull(userId) || !isUuidOrNull(sessionId)) return undefined;
  return {
    ...holderOf({ userId, principalId, sessionId, epoch: Number(epoch) }),
    ...timesOf(payload),
    account,
  };
}

function statedAccount({ tenantId, aud, role, buildingIds, scope }: JWTPayload) {
  const audience = audiences.find((each) => each === aud);
  const { named, unknown } = parseScopes(typeof scope === 'string' ? scope : '');
  const isWhole =
    isUuid(tenantId) &&
    audience !== undefined &&
    typeof scope === 'string' &&
    unknown.length === 0 &&
    (role === null || typeof role === 'string') &&
    Array.isArray(buildingIds) &&
    buildingIds.every((id) => id === '*' || isUuid(id));
  if (!isWhole) return undefined;
  return {
    accountId: tenantId,
    audience,
    scopes: named,
    role,
    buildingIds: buildingIds as string[],
  };
}

const timesOf = ({ iat, exp }: JWTPayload) => ({
  issuedAtMs: Number(iat) * 1_000,
  expiresAtMs: Number(exp) * 1_000,
});
const holderOf = (holder: TokenHolder): TokenHolder & { standingKey: string } => ({
  ...holder,
  standingKey: `${holder.sessionId}|${holder.principalId}|${holder.userId}`,
});
