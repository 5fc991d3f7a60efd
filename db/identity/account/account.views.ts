import type { AccountRole } from '../../../workflows/identity/account.contract.js';
import {
  arrayOf,
  orNull,
  text,
  textOf,
  timestamp,
  uuid,
  type Values,
} from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

/** An account for its members. */
const accountView = {
  id: uuid,
  name: text,
  legal_name: orNull(text),
  country_code: orNull(text),
  region: orNull(text),
  city: orNull(text),
  mfa_required_roles: arrayOf(textOf<AccountRole>()),
  created_at: timestamp,
};
type AccountView = Omit<Values<typeof accountView>, 'mfa_required_roles'> & {
  mfa_required_roles: AccountRole[];
};

const accountById = query({
  name: 'account.byId',
  parameters: { accountId: uuid },
  row: accountView,
  text: `select a.account_id as id, a.name, a.legal_name, a.country_code, a.region, a.city, a.mfa_required_roles, a.created_at
   from identity.accounts a where a.account_id = :accountId`,
});

/** What others see of an account. */
const accountProfile = {
  org_id: uuid,
  org_principal_id: uuid,
  org_name: text,
  display_name: orNull(text),
  avatar_uri: orNull(text),
};
type AccountProfile = Values<typeof accountProfile>;

const profileOfAccount = query({
  name: 'account.profile',
  parameters: { accountId: uuid },
  row: accountProfile,
  text: `select a.account_id as org_id, a.account_id as org_principal_id, a.name as org_name, a.display_name,
     '/v1/media/avatars/' || a.account_id || '/' || a.avatar_id as avatar_uri
   from identity.accounts a where a.account_id = :accountId`,
});

/** Of the scope's account. */
export const accountViews = (scope: ReadScope) => ({
  async current(): Promise<AccountView | undefined> {
    const [account] = await scope.read(accountById, { accountId: scope.accountId });
    return account && { ...account, mfa_required_roles: [...account.mfa_required_roles] };
  },
  async profile(): Promise<AccountProfile | undefined> {
    const [profile] = await scope.read(profileOfAccount, { accountId: scope.accountId });
    return profile;
  },
});
