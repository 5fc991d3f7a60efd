import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, importSPKI, jwtVerify } from 'jose';
import { createIdentityApi, type IdentityApi } from '../identity-api.js';

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2_048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const clientEmail = 'millrace@project.iam.gserviceaccount.com';
let api: IdentityApi;

beforeAll(async () => {
  api = await createIdentityApi({
    foreignSignIn: { firebaseAccount: { clientEmail, privateKey } },
  });
});
afterAll(() => api.drop());

const ask = (asking: IdentityApi, token: string) =>
  asking.request.post('/v1/auth/firebase/custom-token').set('Authorization', `Bearer ${token}`);

it('answers a token by which Firebase knows the principal', async () => {
  const { access_token: token, principalId, userId } = await api.signUp();
  const { body } = await ask(api, token).expect(200);
  expect(body).toEqual({
    firebase_custom_token: expect.any(String),
    principal_id: principalId,
    expires_in_seconds: 900,
  });
  const { payload } = await jwtVerify(
    body.firebase_custom_token,
    await importSPKI(publicKey, 'RS256'),
    {
      algorithms: ['RS256'],
      issuer: clientEmail,
      subject: clientEmail,
      audience:
        'https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit',
    },
  );
  expect(payload).toMatchObject({
    uid: principalId,
    claims: { principal_id: principalId, user_id: userId, session_id: decodeJwt(token)['sid'] },
  });
  expect(Number(payload.exp) - Number(payload.iat)).toBe(900);
  expect(decodeProtectedHeader(body.firebase_custom_token)).toEqual({ alg: 'RS256', typ: 'JWT' });
});

it('is no token of ours, and is given to nobody without one', async () => {
  const { access_token: token } = await api.signUp();
  const { body } = await ask(api, token).expect(200);
  await ask(api, body.firebase_custom_token).expect(401);
  await api.request.post('/v1/auth/firebase/custom-token').expect(401);
});

it('says that no project is configured', async () => {
  const bare = await createIdentityApi();
  const { access_token: token } = await bare.signUp();
  const { status, body } = await ask(bare, token);
  expect([status, body.error_code]).toEqual([503, 'FIREBASE_NOT_CONFIGURED']);
  await bare.drop();
});
