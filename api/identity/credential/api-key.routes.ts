import { apiKeyRecords } from '../../../db/identity/credential/api-key.records.js';
import { apiKeyViews } from '../../../db/identity/credential/api-key.views.js';
import type { Cursors } from '../../shared/cursor.js';
import { member, route, type Route } from '../../route/route.js';
import { closedObject, page, pageQuery, uuid } from '../../route/schema.js';
import { apiKey, createdApiKey, newApiKey } from './api-key.schemas.js';

const path = '/v1/accounts/:account_id/api-keys';

export function createApiKeyRoutes({ cursors: allCursors }: { cursors: Cursors }): Route[] {
  const cursors = allCursors.of('api-keys');

  const createApiKey = route({
    method: 'post',
    path,
    summary: 'Make a key for a machine',
    description:
      'The key is in this answer and in no other; a machine sends it as X-API-Key. It reaches routes of its scopes, in this ' +
      'account alone, as far as its maker may at the time: it rests while the maker is locked, and ends when the maker ' +
      'leaves the account or is disabled.',
    tag: 'Identity',
    access: member('OWNER', 'ADMIN'),
    audit: { action: 'api-key.create', subject: 'api_key' },
    body: newApiKey,
    responses: { 201: createdApiKey },
    answersSecret: true,
    errors: ['API_KEY_LIMIT_REACHED'],
  }).handledBy(async ({ scope, accountId, body: { name, scopes, expires_at: expiresAt } }) => {
    const key = await apiKeyRecords(scope).create({ name, scopes, expiresAt });
    const location = `/v1/accounts/${accountId}/api-keys/${key.api_key_id}`;
    return { status: 201, body: key, headers: { Location: location } };
  });

  const listApiKeys = route({
    method: 'get',
    path,
    summary: 'List keys, newest first, those that are over as well',
    tag: 'Identity',
    access: member('OWNER', 'ADMIN'),
    query: pageQuery,
    responses: { 200: page(apiKey) },
  }).handledBy(async ({ scope, query }) => ({
    status: 200,
    body: await cursors.list(query, apiKeyViews(scope).page, ({ api_key_id }) => api_key_id),
  }));

  const revokeApiKey = route({
    method: 'delete',
    path: `${path}/:key_id`,
    summary: 'Revoke a key',
    description: 'Nobody gets in by it after a second. A key that is over stays as it is.',
    tag: 'Identity',
    access: member('OWNER', 'ADMIN'),
    params: closedObject({ account_id: uuid, key_id: uuid }),
    audit: { action: 'api-key.revoke', subject: 'api_key', id: 'key_id' },
    responses: { 204: null },
  }).handledBy(async ({ scope, params: { key_id: apiKeyId } }) => {
    await apiKeyRecords(scope).revoke(apiKeyId);
    return { status: 204 };
  });

  return [createApiKey, listApiKeys, revokeApiKey];
}
