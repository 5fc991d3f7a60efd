import { errors, jwtVerify, SignJWT } from 'jose';
import { databaseNow } from '../../db/shared/database-clock.js';
import { accessTokenSeconds } from '../../workflows/identity/session.rules.js';
import { failure } from '../../workflows/shared/failure.js';
import type { SigningKeys } from './signing-keys.js';
import { signingAlgorithm, type VerifyingKeys } from './verifying-keys.js';

export interface AccessClaims {
  userId: string;
  principalId: string;
  sessionId: string;
  /** Of the user when it was issued; a raised epoch ends every token before it. */
  epoch: number;
}

export interface VerifiedClaims extends AccessClaims {
  /** Of all that its standing is asked by: what is known of one session is not believed of other claims. */
  standingKey: string;
  expiresAtMs: number;
}

export interface TokenVerifier {
  /** Throws UNAUTHENTICATED for any token that is not ours, now, for this API. */
  verify(token: string): Promise<VerifiedClaims>;
}

export interface AccessTokens extends TokenVerifier {
  issue(claims: AccessClaims): Promise<string>;
}

export const apiAudience = 'api';

const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const isUuid = (claim: unknown): claim is string => typeof claim === 'string' && uuidShape.test(claim);

/** It names a person and a session, never roles: those are looked up, so a change of them is felt at once. */
export function createAccessTokens({ keys, issuer }: { keys: SigningKeys; issuer: string }): AccessTokens {
  return {
    async issue({ userId, principalId, sessionId, epoch }) {
      const { kid, privateKey } = await keys.newest();
      return new SignJWT({ principal_id: principalId, sid: sessionId, epoch })
        .setProtectedHeader({ alg: signingAlgorithm, typ: 'JWT', kid })
        .setSubject(userId)
        .setIssuer(issuer)
        .setAudience(apiAudience)
        .setIssuedAt(new Date(databaseNow()))
        .setExpirationTime(new Date(databaseNow() + accessTokenSeconds * 1_000))
        .sign(privateKey);
    },
    verify: createTokenVerifier({ keys, issuer }).verify,
  };
}

/** Checks tokens without being able to make one. */
export function createTokenVerifier({ keys, issuer }: { keys: VerifyingKeys; issuer: string }): TokenVerifier {
  return {
    async verify(token) {
      try {
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
            audience: apiAudience,
            requiredClaims: ['sub', 'exp', 'sid'],
            currentDate: new Date(databaseNow()),
          },
        );
        const { sub, principal_id: principalId, sid: sessionId, epoch, exp } = payload;
        if (!isUuid(sub) || !isUuid(principalId) || !isUuid(sessionId)) throw failure('UNAUTHENTICATED');
        return {
          ...{ userId: sub, principalId, sessionId },
          epoch: Number(epoch),
          expiresAtMs: Number(exp) * 1_000,
          standingKey: `${sessionId}|${principalId}|${sub}`,
        };
      } catch (error) {
        if (error instanceof errors.JOSEError) throw failure('UNAUTHENTICATED');
        throw error;
      }
    },
  };
}
