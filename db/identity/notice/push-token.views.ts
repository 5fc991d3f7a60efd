import { bytes, uuid } from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { createPushTokenSecrets } from '../../secrets/push-tokens.js';

const tokensOfPerson = query({
  name: 'pushToken.ofPerson',
  parameters: { principalId: uuid },
  row: { pushTokenId: uuid, tokenSealed: bytes },
  text: `select distinct on (t.token_hash) t.push_token_id, t.token_sealed from identity.push_tokens t
   where t.principal_id = :principalId order by t.token_hash, t.push_token_id`,
});

/** For senders, in the platform's scope; `key` is 32 bytes in hex. */
export const pushTokenViews = (scope: ReadScope, { key }: { key: string }) => ({
  /** The phones and browsers of a person, each once, in any account. */
  async ofPerson(principalId: string): Promise<{ pushTokenId: string; token: string }[]> {
    const secrets = createPushTokenSecrets(key);
    const rows = await scope.read(tokensOfPerson, { principalId });
    return rows.map(({ pushTokenId, tokenSealed }) => ({
      pushTokenId,
      token: secrets.open(tokenSealed),
    }));
  },
});
