import { Type } from 'typebox';
import { failure } from '../../../workflows/shared/failure.js';
import { firebaseTokenSeconds, type FirebaseTokens } from '../../authentication/firebase-tokens.js';
import { route, signedIn, type Route } from '../../route/route.js';
import { closedObject, described, uuid } from '../../route/schema.js';

const customToken = closedObject({
  firebase_custom_token: described(
    Type.String(),
    "For Firebase's signInWithCustomToken; its uid is the principal_id",
  ),
  principal_id: uuid,
  expires_in_seconds: Type.Integer({ minimum: 1, examples: [firebaseTokenSeconds] }),
});

export function createFirebaseRoutes({
  tokens,
}: {
  /** Undefined where no service account is configured. */
  tokens: FirebaseTokens | undefined;
}): Route[] {
  const createCustomToken = route({
    method: 'post',
    path: '/v1/auth/firebase/custom-token',
    operationId: 'createFirebaseToken',
    summary: 'A token to sign in at Firebase with',
    description:
      'For reading the mirror of live state in Firestore; the claims name the principal, the user and the session.',
    tag: 'Identity',
    access: signedIn(),
    audit: { exempt: 'it says who asks, and changes nothing' },
    responses: {
      200: customToken,
    },
    errors: ['FIREBASE_NOT_CONFIGURED'],
  }).handledBy(async ({ caller: { userId, principalId, sessionId } }) => {
    if (!tokens) throw failure('FIREBASE_NOT_CONFIGURED');
    const body = {
      firebase_custom_token: await tokens.issue({ userId, principalId, sessionId }),
      principal_id: principalId,
      expires_in_seconds: firebaseTokenSeconds,
    };
    return { status: 200, body };
  });
  return [createCustomToken];
}
