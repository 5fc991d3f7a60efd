import type { PushPlatform } from '../../../workflows/identity/notice/message.contract.js';
import { failure } from '../../../workflows/shared/failure.js';
import { bytes, integer, text, textOf, uuid } from '../../connection/column.js';
import {
  platformAccountId,
  type StatementScope,
  type WriteScope,
} from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { createPushTokenSecrets } from '../../secrets/push-tokens.js';
import { newId } from '../../shared/id.js';

/** Phones and browsers of a person in an account; a further token takes the place of the oldest. */
const maxTokens = 20;

const tokenLock = query({
  name: 'pushToken.lock',
  parameters: { lockName: text },
  text: `select from pg_advisory_xact_lock(hashtextextended('identity.push_token|' || :lockName, 0))`,
});

const handover = query({
  name: 'pushToken.handOver',
  parameters: { principalId: uuid, tokenHash: bytes },
  text: `delete from identity.push_tokens t
   where t.token_hash = :tokenHash and t.principal_id <> :principalId`,
});

const registration = query({
  name: 'pushToken.register',
  parameters: {
    accountId: uuid,
    pushTokenId: uuid,
    principalId: uuid,
    platform: textOf<PushPlatform>(),
    tokenHash: bytes,
    tokenSealed: bytes,
  },
  row: { pushTokenId: uuid },
  text: `insert into identity.push_tokens as t
     (account_id, push_token_id, principal_id, platform, token_hash, token_sealed)
   values (:accountId, :pushTokenId, :principalId, :platform, :tokenHash, :tokenSealed)
   on conflict (account_id, token_hash) do update
     set platform = excluded.platform, token_sealed = excluded.token_sealed, renewed_at = now()
   returning t.push_token_id`,
});

const overflow = query({
  name: 'pushToken.removeOldest',
  parameters: { accountId: uuid, principalId: uuid, maxTokens: integer },
  text: `delete from identity.push_tokens t
   where t.account_id = :accountId and t.principal_id = :principalId and t.push_token_id in (
     select o.push_token_id from identity.push_tokens o
     where o.account_id = :accountId and o.principal_id = :principalId
     order by o.renewed_at desc, o.push_token_id desc offset :maxTokens)`,
});

const tokenById = query({
  name: 'pushToken.holder',
  parameters: { accountId: uuid, pushTokenId: uuid },
  row: { principalId: uuid },
  text: `select t.principal_id from identity.push_tokens t
   where t.account_id = :accountId and t.push_token_id = :pushTokenId for update`,
});

const removal = query({
  name: 'pushToken.remove',
  parameters: { accountId: uuid, pushTokenId: uuid },
  text: `delete from identity.push_tokens t
   where t.account_id = :accountId and t.push_token_id = :pushTokenId`,
});

const deadRemoval = query({
  name: 'pushToken.removeDead',
  parameters: { tokenHash: bytes },
  text: 'delete from identity.push_tokens t where t.token_hash = :tokenHash',
});

/**
 * A person's phones and browsers, as registered in the scope's account; `key` is 32 bytes in hex.
 */
export function pushTokenRecords(scope: WriteScope, { key }: { key: string }) {
  const secrets = createPushTokenSecrets(key);
  const { accountId, principalId } = scope;
  return {
    /**
     * The same token again has the same id. A phone has a single owner: a token of
     * another person, in any account, is taken over.
     */
    async register(platform: PushPlatform, token: string): Promise<string> {
      const tokenHash = secrets.hash(token);
      const tokenSealed = secrets.seal(token);
      return scope.as({ accountId: platformAccountId, principalId }, async (all) => {
        await all.run(tokenLock, { lockName: tokenHash.toString('hex') });
        await all.run(handover, { principalId, tokenHash });
        const person = { accountId, principalId };
        const row = { ...person, pushTokenId: newId(), platform, tokenHash, tokenSealed };
        const [registered] = await all.run(registration, row);
        await all.run(overflow, { ...person, maxTokens });
        return registered?.pushTokenId ?? row.pushTokenId;
      });
    },

    /** Refused for the token of another member. */
    async remove(pushTokenId: string): Promise<void> {
      const [token] = await scope.run(tokenById, { accountId, pushTokenId });
      if (!token) throw failure('RESOURCE_NOT_FOUND');
      if (token.principalId !== principalId) throw failure('FORBIDDEN');
      await scope.run(removal, { accountId, pushTokenId });
    },
  };
}

/** Removes a dead token from all accounts; for the platform. */
export async function removeDeadToken(scope: StatementScope, tokenHash: Buffer): Promise<void> {
  await scope.run(deadRemoval, { tokenHash });
}
