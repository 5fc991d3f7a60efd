import { randomUUID } from 'node:crypto';
import type { ApiClient } from '../http/api-client.js';
import type { DomainHolding } from './domain-holding.js';
import type { WaterHeld } from './water.holding.js';

export interface IdentityHeld {
  account_id: string;
  user_id: string;
  grant_id: string;
  push_token_id: string;
  session_id: string;
  key_id: string;
  invite_token_id: string;
  principal_id: string;
  avatar_id: string;
}

export const holding: DomainHolding<IdentityHeld> = {
  nothing: () => ({
    account_id: randomUUID(),
    user_id: randomUUID(),
    grant_id: randomUUID(),
    push_token_id: randomUUID(),
    session_id: randomUUID(),
    key_id: randomUUID(),
    invite_token_id: randomUUID(),
    principal_id: randomUUID(),
    avatar_id: randomUUID(),
  }),
  make: async ({ system, owner: { api, accountId }, of }) => {
    await api.patch('/v1/me/profile', { first_name: 'Amina', last_name: 'Odhiambo' });
    const pushTokens = `/v1/accounts/${accountId}/push-tokens`;
    const pushToken = { platform: 'ANDROID', token: randomUUID() };
    const { push_token_id } = await api.post<{ push_token_id: string }>(pushTokens, pushToken);
    const { user } = await api.get<{ user: { id: string } }>('/v1/me');
    const { site_id } = await of<WaterHeld>('water');
    const grant = { resource_type: 'site', resource_id: site_id, role: 'VIEWER' };
    const grants = `/v1/accounts/${accountId}/members/${user.id}/grants`;
    const { grant_id } = await api.post<{ grant_id: string }>(grants, grant);
    const sessions = await api.get<{ items: { session_id: string }[] }>('/v1/me/sessions');
    const session_id = sessions.items[0]?.session_id ?? '';
    const newKey = { name: 'Export', scopes: ['water.read'] };
    const key = await api.post<{ api_key_id: string }>(
      `/v1/accounts/${accountId}/api-keys`,
      newKey,
    );
    const { invite_token_id } = await api.post<{ invite_token_id: string }>(
      `/v1/accounts/${accountId}/members/invite`,
      { email: `guest-${randomUUID()}@example.com` },
    );
    const [principal_id, avatar_id] = await uploadAvatar(system.url, api);
    return {
      account_id: accountId,
      user_id: user.id,
      grant_id,
      push_token_id,
      session_id,
      key_id: key.api_key_id,
      invite_token_id,
      principal_id,
      avatar_id,
    };
  },
};

const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** The ids in the address of a new picture. */
async function uploadAvatar(url: string, api: ApiClient): Promise<[string, string]> {
  const upload = await api.post<{ upload_url: string; avatar_uri: string }>(
    '/v1/me/profile/avatar-upload',
    { content_type: 'image/png', size_bytes: pixel.length },
  );
  const response = await fetch(new URL(new URL(upload.upload_url).pathname, url), {
    method: 'PUT',
    headers: { 'content-type': 'image/png' },
    body: pixel,
  });
  if (response.status !== 204) throw new Error(`a picture was refused (${response.status})`);
  const [principalId = '', avatarId = ''] = upload.avatar_uri.split('/').slice(-2);
  return [principalId, avatarId];
}
