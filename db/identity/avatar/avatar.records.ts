import { failure } from '../../../workflows/shared/failure.js';
import { avatarOfUri } from '../../../workflows/identity/avatar.rules.js';
import { integer, uuid } from '../../connection/column.js';
import type { WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

const storedAvatar = query({
  name: 'avatar.stored',
  parameters: { principalId: uuid, avatarId: uuid },
  row: { avatarId: uuid },
  text: `select a.avatar_id from identity.avatars a
   where a.avatar_id = :avatarId and a.principal_id = :principalId and a.object_id is not null for key share`,
});

/** Objects without a row lose their bytes to the sweep of the object store. */
const removal = query({
  name: 'avatar.removeOld',
  parameters: { accountId: uuid, principalId: uuid, newest: integer },
  text: `with gone as (
     delete from identity.avatars a where a.principal_id = :principalId
       and a.avatar_id not in (select n.avatar_id from identity.avatars n
         where n.principal_id = :principalId order by n.avatar_id desc limit :newest)
       and not exists (select from identity.users u where u.avatar_id = a.avatar_id)
       and not exists (select from identity.accounts c where c.avatar_id = a.avatar_id)
     returning a.object_id)
   delete from platform.objects o
   where o.account_id = :accountId and o.object_id in (select g.object_id from gone g)`,
});

/** The picture named by an address, null for none; must be stored and the principal's own. */
export async function avatarOfPatch(
  scope: WriteScope,
  principalId: string,
  uri: string | null,
): Promise<string | null> {
  if (uri === null) return null;
  const named = avatarOfUri(uri);
  if (named?.principalId === principalId) {
    const { avatarId } = named;
    const [avatar] = await scope.run(storedAvatar, { principalId, avatarId });
    if (avatar) return avatarId;
  }
  const errors = [{ path: '/avatar_uri', message: 'must be a picture that was uploaded here' }];
  throw failure('VALIDATION_ERROR', { errors });
}

/** Removes a principal's pictures but the one in use and the newest so many. */
export async function removeAvatars(
  scope: WriteScope,
  principalId: string,
  newest: number,
): Promise<void> {
  await scope.run(removal, { accountId: scope.accountId, principalId, newest });
}
