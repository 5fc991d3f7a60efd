import { createHash, randomBytes } from 'node:crypto';
import { avatarUploadMs } from '../../../workflows/identity/avatar.rules.js';
import { failure } from '../../../workflows/shared/failure.js';
import { appendAudit, platformContextOf, type AuditedRequest } from '../../audit/audit.js';
import { boolean, bytes, integer, timestamp, uuid } from '../../connection/column.js';
import { platformAccountId, type Database, type WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import type { KeptObject } from '../../platform/object.records.js';
import { objectRecords } from '../../platform/object.records.js';
import { newId } from '../../shared/id.js';
import { removeAvatars } from './avatar.records.js';

/** Uploads and unused pictures of a principal that stay beside a new one. */
const otherAvatars = 4;

const promise = query({
  name: 'avatar.promise',
  parameters: { avatarId: uuid, principalId: uuid, tokenHash: bytes, uploadMs: integer },
  row: { uploadUntil: timestamp },
  text: `insert into identity.avatars (avatar_id, principal_id, upload_token_hash, upload_until)
   values (:avatarId, :principalId, :tokenHash, now() + :uploadMs * interval '1 ms')
   returning upload_until`,
});

const promisedAvatar = query({
  name: 'avatar.promised',
  parameters: { tokenHash: bytes },
  row: { avatarId: uuid, principalId: uuid, isOfAccount: boolean },
  text: `select a.avatar_id, a.principal_id,
     exists (select from identity.accounts c where c.account_id = a.principal_id) as is_of_account
   from identity.avatars a
   where a.upload_token_hash = :tokenHash and a.object_id is null and a.upload_until > now()`,
});

const storing = query({
  name: 'avatar.store',
  parameters: { avatarId: uuid, objectId: uuid },
  row: { avatarId: uuid },
  text: `update identity.avatars a set object_id = :objectId, stored_at = now()
   where a.avatar_id = :avatarId and a.object_id is null and a.upload_until > now()
   returning a.avatar_id`,
});

interface PromisedUpload {
  avatarId: string;
  /** Secret: whoever has the token may upload the picture, once. */
  token: string;
  uploadUntil: string;
}
/** The picture to come, and the account of the object. */
export interface PromisedAvatar {
  avatarId: string;
  accountId: string;
}

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Promises to take a principal's picture; the oldest unused pictures go. */
export async function promiseAvatar(
  scope: WriteScope,
  principalId: string,
): Promise<PromisedUpload> {
  await removeAvatars(scope, principalId, otherAvatars);
  const [avatarId, token] = [newId(), randomBytes(32).toString('base64url')];
  const [row] = await scope.run(promise, {
    avatarId,
    principalId,
    tokenHash: hashOf(token),
    uploadMs: avatarUploadMs,
  });
  if (!row) throw new Error('an insert has returned no row');
  return { avatarId, token, uploadUntil: row.uploadUntil };
}

/** Pictures of people belong to the platform's account, pictures of accounts to the account. */
export function createAvatarUploadRecords({
  database,
}: {
  database: Pick<Database, 'reads' | 'transaction'>;
}) {
  return {
    promiseOwn: (principalId: string, audited: AuditedRequest): Promise<PromisedUpload> =>
      database.transaction(platformContextOf(audited), async (scope) => {
        const upload = await promiseAvatar(scope, principalId);
        await appendAudit(scope, { ...audited, subjectId: upload.avatarId, principalId });
        return upload;
      }),

    /** Undefined for a token unknown, used or too old. */
    async find(token: string): Promise<PromisedAvatar | undefined> {
      const platform = database.reads({ accountId: platformAccountId });
      const [row] = await platform.read(promisedAvatar, { tokenHash: hashOf(token) });
      return (
        row && {
          avatarId: row.avatarId,
          accountId: row.isOfAccount ? row.principalId : platformAccountId,
        }
      );
    },

    /** Of two uploads by the same token the first stays, and the second is refused. */
    store: ({ avatarId, accountId }: PromisedAvatar, object: KeptObject): Promise<void> =>
      database.transaction({ accountId }, async (scope) => {
        const [row] = await scope.run(storing, { avatarId, objectId: object.objectId });
        if (!row) throw failure('RESOURCE_NOT_FOUND');
        await objectRecords(scope).insert(object);
      }),
  };
}
export type AvatarUploadRecords = ReturnType<typeof createAvatarUploadRecords>;
