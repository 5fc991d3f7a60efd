import { randomUUID } from 'node:crypto';
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
  }),
  make: async ({ owner: { api, accountId }, of }) => {
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
    return {
      account_id: accountId,
      user_id: user.id,
      grant_id,
      push_token_id,
      session_id,
      key_id: key.api_key_id,
      invite_token_id,
    };
  },
};
