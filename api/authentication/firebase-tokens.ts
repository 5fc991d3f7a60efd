import { importPKCS8, SignJWT, type CryptoKey } from 'jose';
import { databaseNow } from '../../db/connection/database-clock.js';
import type { FirebaseAccount } from '../../processes/issuer-settings.js';

/** Google's name for the reader of a custom token. */
const audience =
  'https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit';
/** As long as an access token; Google takes an hour at most. */
export const firebaseTokenSeconds = 900;

interface FirebaseClaims {
  userId: string;
  principalId: string;
  sessionId: string;
}

export interface FirebaseTokens {
  /** A token for an app to sign in at Firebase as the principal. */
  issue(claims: FirebaseClaims): Promise<string>;
}

export function createFirebaseTokens({ clientEmail, privateKey }: FirebaseAccount): FirebaseTokens {
  let key: Promise<CryptoKey> | undefined;
  return {
    async issue({ userId, principalId, sessionId }) {
      key ??= importPKCS8(privateKey, 'RS256');
      const claims = { principal_id: principalId, user_id: userId, session_id: sessionId };
      return new SignJWT({ uid: principalId, claims })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
        .setIssuer(clientEmail)
        .setSubject(clientEmail)
        .setAudience(audience)
        .setIssuedAt(new Date(databaseNow()))
        .setExpirationTime(new Date(databaseNow() + firebaseTokenSeconds * 1_000))
        .sign(await key);
    },
  };
}
