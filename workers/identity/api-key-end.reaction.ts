import { createApiKeyEndStore } from '../../db/identity/credential/api-key.store.js';
import type { Resources } from '../process/resources.js';
import type { InternalConsumer } from '../relay/sink.js';

/**
 * Ends the keys of former members and of disabled users. Such keys open nothing from the
 * moment of the change (api-key-standing.views.ts); the reaction keeps a later return from bringing
 * the keys back. Safe to repeat: a key ends once.
 */
export function createApiKeyEndReaction({
  database,
}: Pick<Resources, 'database'>): InternalConsumer {
  const keys = createApiKeyEndStore(database);
  return {
    name: 'api-key-end',
    on: {
      ORG_MEMBERSHIP_CHANGED: async ({ eventId, payload }) => {
        const { account_id: accountId, principal_id: principalId, role } = payload;
        if (role !== null) return;
        await keys.endKeysOf(
          { accountId: String(accountId), principalId: String(principalId) },
          eventId,
        );
      },
      USER_STATUS_CHANGED: async ({ eventId, payload }) => {
        const { user_id: userId, to: status } = payload;
        if (status === 'DISABLED') await keys.endKeysOf({ userId: String(userId) }, eventId);
      },
    },
  };
}
