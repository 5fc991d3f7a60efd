import { boolean, uuid } from '../../connection/column.js';
import { platformAccountId, type Database } from '../../connection/database.js';
import { query } from '../../connection/query.js';

const visibleAvatar = query({
  name: 'avatar.visible',
  parameters: { avatarId: uuid, principalId: uuid, viewerId: uuid },
  row: { objectId: uuid, isOfAccount: boolean },
  text: `select a.object_id, c.account_id is not null as is_of_account
   from identity.avatars a left join identity.accounts c on c.account_id = a.principal_id
   where a.avatar_id = :avatarId and a.principal_id = :principalId and a.object_id is not null
     and (c.account_id is not null or a.principal_id = :viewerId or exists (
       select from identity.access_grants p
       join identity.access_grants v on v.account_id = p.account_id
       where p.principal_id = a.principal_id and p.resource_type = 'account' and p.resource_id = p.account_id
         and v.principal_id = :viewerId and v.resource_type = 'account' and v.resource_id = v.account_id))`,
});

export const avatarViews = ({ database }: { database: Pick<Database, 'reads'> }) => ({
  /** The object of a picture the viewer may see: of an account, or of a person in a shared account. */
  async visible(
    viewerId: string,
    avatar: { principalId: string; avatarId: string },
  ): Promise<{ accountId: string; objectId: string } | undefined> {
    const platform = database.reads({ accountId: platformAccountId });
    const [row] = await platform.read(visibleAvatar, { ...avatar, viewerId });
    return (
      row && {
        objectId: row.objectId,
        accountId: row.isOfAccount ? avatar.principalId : platformAccountId,
      }
    );
  },
});
