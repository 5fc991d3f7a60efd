import { signingKeyRotationRecords } from '../../../db/identity/credential/signing-key.records.js';
import { signingKeyViews } from '../../../db/identity/credential/signing-key.views.js';
import type { SigningKeyTimes } from '../../../workflows/identity/signing-key.rules.js';
import { platformAdmin, platformStaff, route, type Route } from '../../route/route.js';
import { rotated, rotation, signingKeys } from './signing-key.schemas.js';

interface SigningKeyRouteParts {
  /** Hex key of 32 bytes; seals the private halves. */
  signingSealKey: string;
  times: SigningKeyTimes;
}

export function createSigningKeyRoutes({ signingSealKey, times }: SigningKeyRouteParts): Route[] {
  const sealKey = Buffer.from(signingSealKey, 'hex');

  const listSigningKeys = route({
    method: 'get',
    path: '/v1/internal/signing-keys',
    operationId: 'listSigningKeys',
    summary: 'List the published keys of access tokens, newest first',
    tag: 'Identity',
    access: platformStaff(),
    responses: { 200: signingKeys },
  }).handledBy(async ({ scope }) => ({
    status: 200,
    body: { items: await signingKeyViews(scope).list() },
  }));

  const rotateSigningKeys = route({
    method: 'post',
    path: '/v1/internal/signing-keys/rotate',
    operationId: 'rotateSigningKeys',
    summary: 'Sign with another key',
    description:
      'With the next key, at once if it has been published for long enough (SIGNING_KEY_PUBLISH_MS), else at the next run ' +
      'of rotate-signing-keys after that; asked again meanwhile, the same key. `compromised` drops every key at once: ' +
      'access tokens are refused within a second, and refresh tokens get others.',
    tag: 'Identity',
    access: platformAdmin(),
    audit: { action: 'signing-key.rotate', subject: 'signing_key', id: 'kid' },
    body: rotation,
    responses: { 200: rotated },
  }).handledBy(async ({ scope, body: { compromised = false } }) => {
    const keys = signingKeyRotationRecords(scope, { sealKey, times });
    return { status: 200, body: { kid: await keys.rotate({ isCompromised: compromised }) } };
  });

  return [listSigningKeys, rotateSigningKeys];
}
