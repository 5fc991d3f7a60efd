import {
  defaultApiKeyDays,
  maxApiKeyDays,
  maxApiKeysAnAccount,
} from '../../../workflows/identity/api-key.contract.js';
import type { AccountRole } from '../../../workflows/identity/account.contract.js';
import type { Scope } from '../../../workflows/identity/scope.contract.js';
import { missingScopes } from '../../../workflows/identity/scope.rules.js';
import { failure } from '../../../workflows/shared/failure.js';
import { arrayOf, bytes, integer, text, textOf, timestamp, uuid } from '../../connection/column.js';
import { databaseNow } from '../../connection/database-clock.js';
import { platformAccountId, type WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { makeApiKey } from '../../secrets/api-keys.js';
import { newId } from '../../shared/id.js';
import { emitEvents } from '../../shared/outbox.js';
import { apiKeyCreated, apiKeyRevoked } from './api-key.events.js';

interface NewApiKey {
  name: string;
  scopes: readonly Scope[];
  /** RFC 3339; after a quarter when left out. */
  expiresAt?: string | undefined;
}

/** Makes creations of an account's keys exclusive, for an exact limit. */
const roomLock = query({
  name: 'apiKey.lockRoom',
  parameters: { room: text },
  text: 'select from pg_advisory_xact_lock(hashtextextended(:room, 0))',
});
const liveCount = query({
  name: 'apiKey.count',
  parameters: { accountId: uuid },
  row: { count: integer },
  text: `select count(*)::int as count from identity.api_keys k
   where k.account_id = :accountId and k.revoked_at is null and k.expires_at > now()`,
});
/** The maker's role cannot change before the key is there. */
const makerRole = query({
  name: 'apiKey.makerRole',
  parameters: { accountId: uuid, principalId: uuid },
  row: { role: textOf<AccountRole>() },
  text: `select g.role from identity.access_grants g
   where g.account_id = :accountId and g.principal_id = :principalId
     and g.resource_type = 'account' and g.resource_id = :accountId for share`,
});
const newService = query({
  name: 'apiKey.service',
  parameters: { principalId: uuid },
  text: `insert into identity.principals (principal_id, kind) values (:principalId, 'SERVICE')`,
});
const newApiKey = query({
  name: 'apiKey.create',
  parameters: {
    accountId: uuid,
    apiKeyId: uuid,
    principalId: uuid,
    createdBy: uuid,
    prefix: text,
    keyHash: bytes,
    name: text,
    scopes: arrayOf(text),
    expiresAt: timestamp,
  },
  text: `insert into identity.api_keys
     (account_id, api_key_id, principal_id, created_by, prefix, key_hash, name, scopes, expires_at)
   values (:accountId, :apiKeyId, :principalId, :createdBy, :prefix, :keyHash, :name, :scopes, :expiresAt)`,
});
const keyById = query({
  name: 'apiKey.byId',
  parameters: { accountId: uuid, apiKeyId: uuid },
  text: 'select from identity.api_keys k where k.account_id = :accountId and k.api_key_id = :apiKeyId',
});
const revocation = query({
  name: 'apiKey.revoke',
  parameters: { accountId: uuid, apiKeyId: uuid },
  row: { principalId: uuid },
  text: `update identity.api_keys k set revoked_at = now()
   where k.account_id = :accountId and k.api_key_id = :apiKeyId and k.revoked_at is null
   returning k.principal_id`,
});

/** The keys of an account, made and revoked by owners and admins. */
export function apiKeyRecords(scope: WriteScope) {
  const { accountId, principalId: createdBy } = scope;
  const eventOf = (apiKeyId: string, principalId: string) => ({
    accountId,
    subjectId: apiKeyId,
    actorPrincipalId: createdBy,
    payload: { account_id: accountId, api_key_id: apiKeyId, principal_id: principalId },
  });

  async function assertRoom(): Promise<void> {
    await scope.run(roomLock, { room: `api-keys/${accountId}` });
    const [live] = await scope.read(liveCount, { accountId });
    if (live && live.count >= maxApiKeysAnAccount)
      throw failure('API_KEY_LIMIT_REACHED', { limit: maxApiKeysAnAccount });
  }

  async function assertMakerHas(scopes: readonly Scope[]): Promise<void> {
    const [maker] = await scope.run(makerRole, { accountId, principalId: createdBy });
    if (!maker) throw failure('FORBIDDEN');
    const missing = missingScopes(maker.role, scopes);
    if (missing.length > 0) throw failure('FORBIDDEN', { missing_scopes: missing });
  }

  return {
    /** The key is told here and never again. */
    async create({ name, scopes, expiresAt: wantedEnd }: NewApiKey) {
      await assertRoom();
      await assertMakerHas(scopes);
      const expiresAt = endOf(wantedEnd);
      const [apiKeyId, principalId] = [newId(), newId()];
      const { key, prefix, hash: keyHash } = makeApiKey();
      await scope.as({ accountId: platformAccountId }, (platform) =>
        platform.run(newService, { principalId }),
      );
      const names = { accountId, apiKeyId, principalId, createdBy };
      await scope.run(newApiKey, { ...names, prefix, keyHash, name, scopes, expiresAt });
      await emitEvents(scope, [apiKeyCreated.of(eventOf(apiKeyId, principalId))]);
      return {
        api_key_id: apiKeyId,
        key,
        prefix,
        name,
        scopes: [...scopes],
        expires_at: expiresAt,
      };
    },

    /** Revoking a revoked key changes nothing. */
    async revoke(apiKeyId: string): Promise<void> {
      const [revoked] = await scope.run(revocation, { accountId, apiKeyId });
      if (revoked)
        await emitEvents(scope, [apiKeyRevoked.of(eventOf(apiKeyId, revoked.principalId))]);
      else if ((await scope.read(keyById, { accountId, apiKeyId })).length === 0)
        throw failure('RESOURCE_NOT_FOUND');
    },
  };
}

const dayMs = 86_400_000;

function endOf(wanted: string | undefined): string {
  const nowMs = databaseNow();
  const endMs = wanted === undefined ? nowMs + defaultApiKeyDays * dayMs : Date.parse(wanted);
  if (endMs <= nowMs || endMs > nowMs + maxApiKeyDays * dayMs)
    throw failure('VALIDATION_ERROR', {
      errors: [
        { path: '/expires_at', message: `must be after now, and within ${maxApiKeyDays} days` },
      ],
    });
  return new Date(endMs).toISOString();
}
