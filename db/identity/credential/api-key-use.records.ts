import { uuid } from '../../connection/column.js';
import type { StatementScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

const keyUse = query({
  name: 'apiKey.use',
  parameters: { accountId: uuid, apiKeyId: uuid },
  text: `update identity.api_keys k set last_used_at = now()
   where k.account_id = :accountId and k.api_key_id = :apiKeyId
     and (k.last_used_at is null or k.last_used_at <= now() - interval '1 minute')`,
});

/** In a scope of the key's account. */
export const apiKeyUseRecords = (scope: StatementScope) => ({
  /** Notes the key's use, once a minute at most over all processes. */
  async note(apiKeyId: string): Promise<void> {
    await scope.run(keyUse, { accountId: scope.accountId, apiKeyId });
  },
});
