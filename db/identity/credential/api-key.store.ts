import { orNull, uuid } from '../../connection/column.js';
import { platformAccountId, type Database } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { emitEvents } from '../../shared/outbox.js';
import { apiKeyRevoked } from './api-key.events.js';

const keysOfMaker = query({
  name: 'apiKey.ofMaker',
  parameters: {
    accountId: orNull(uuid),
    principalId: orNull(uuid),
    userId: orNull(uuid),
    eventId: uuid,
  },
  row: { accountId: uuid, apiKeyId: uuid, principalId: uuid },
  text: `select k.account_id, k.api_key_id, k.principal_id from identity.api_keys k
   where k.revoked_at is null and k.api_key_id < :eventId
     and k.account_id = coalesce(:accountId, k.account_id)
     and k.created_by = coalesce(:principalId,
       (select u.principal_id from identity.users u where u.user_id = :userId))
   order by k.account_id, k.api_key_id`,
});
const end = query({
  name: 'apiKey.end',
  parameters: { accountId: uuid, apiKeyId: uuid },
  row: { apiKeyId: uuid },
  text: `update identity.api_keys k set revoked_at = now()
   where k.account_id = :accountId and k.api_key_id = :apiKeyId and k.revoked_at is null
   returning k.api_key_id`,
});

/** The maker of the keys to end: a principal in an account, or a user everywhere. */
type Maker = { accountId: string; principalId: string } | { userId: string };

/** Ends the keys of former members and disabled users. */
export function createApiKeyEndStore(database: Pick<Database, 'reads' | 'transaction'>) {
  return {
    /** Ends the keys made before the event; a repeat finds none. */
    async endKeysOf(maker: Maker, eventId: string): Promise<void> {
      const nobody = { accountId: null, principalId: null, userId: null };
      const keys = await database
        .reads({ accountId: platformAccountId })
        .read(keysOfMaker, { ...nobody, ...maker, eventId });
      for (const { accountId, apiKeyId, principalId } of keys)
        await database.transaction({ accountId }, async (scope) => {
          const ended = await scope.run(end, { accountId, apiKeyId });
          if (ended.length === 0) return;
          const payload = {
            account_id: accountId,
            api_key_id: apiKeyId,
            principal_id: principalId,
          };
          await emitEvents(scope, [
            apiKeyRevoked.of({ accountId, subjectId: apiKeyId, causationId: eventId, payload }),
          ]);
        });
    },
  };
}
