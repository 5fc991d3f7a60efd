import { orNull, text, uuid, type Values } from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

/** What a person says about themselves, for clients. */
const profileView = {
  principal_id: uuid,
  first_name: orNull(text),
  last_name: orNull(text),
  display_name: orNull(text),
  avatar_uri: orNull(text),
  preferred_language: text,
  default_org_id: orNull(uuid),
};
type ProfileView = Values<typeof profileView>;

const profileByPrincipal = query({
  name: 'profile.byPrincipal',
  parameters: { principalId: uuid },
  row: profileView,
  text: `select u.principal_id, u.first_name, u.last_name, u.first_name || ' ' || u.last_name as display_name,
     '/v1/media/avatars/' || u.principal_id || '/' || u.avatar_id as avatar_uri, u.preferred_language,
     (select g.account_id from identity.access_grants g where g.account_id = u.default_account_id
       and g.principal_id = u.principal_id and g.resource_type = 'account' and g.resource_id = g.account_id) as default_org_id
   from identity.users u where u.principal_id = :principalId`,
});

export const profileViews = (scope: ReadScope) => ({
  /** Of the scope's principal. */
  async own(): Promise<ProfileView | undefined> {
    const [profile] = await scope.read(profileByPrincipal, { principalId: scope.principalId });
    return profile;
  },
});
