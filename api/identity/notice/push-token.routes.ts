import { pushTokenRecords } from '../../../db/identity/notice/push-token.records.js';
import { member, route, type Route } from '../../route/route.js';
import { ok } from '../session/session.schemas.js';
import { newPushToken, registeredPushToken } from './push-token.schemas.js';

const tag = 'Alerts';

export function createPushTokenRoutes({ key }: { key: string }): Route[] {
  const registerPushToken = route({
    method: 'post',
    path: '/v1/accounts/:account_id/push-tokens',
    operationId: 'registerPushToken',
    summary: 'Have pushes sent to this phone or browser',
    description:
      'The same token again has the same id. A token is of one person: whoever registers the token of another takes it over.',
    tag,
    access: member(),
    audit: { action: 'push-token.register', subject: 'push_token' },
    body: newPushToken,
    responses: { 200: registeredPushToken },
  }).handledBy(async ({ scope, body: { platform, token } }) => {
    const pushTokenId = await pushTokenRecords(scope, { key }).register(platform, token);
    return { status: 200, body: { push_token_id: pushTokenId, status: 'ACTIVE' } };
  });

  const deletePushToken = route({
    method: 'delete',
    path: '/v1/accounts/:account_id/push-tokens/:push_token_id',
    summary: 'Have no more pushes sent to a phone or browser',
    tag,
    access: member(),
    audit: { action: 'push-token.delete', subject: 'push_token' },
    responses: { 200: ok },
  }).handledBy(async ({ scope, params }) => {
    await pushTokenRecords(scope, { key }).remove(params.push_token_id);
    return { status: 200, body: { status: 'OK' } };
  });

  return [registerPushToken, deletePushToken];
}
