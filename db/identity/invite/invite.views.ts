import type { AccountRole } from '../../../workflows/identity/account.contract.js';
import type { InviteStatus } from '../../../workflows/identity/invite/invite.contract.js';
import {
  arrayOf,
  integer,
  orNull,
  text,
  textOf,
  timestamp,
  uuid,
  type Values,
} from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

/** An invite for the account's members. */
const inviteView = {
  invite_token_id: uuid,
  email: orNull(text),
  phone_e164: orNull(text),
  proposed_role: textOf<AccountRole>(),
  site_ids: orNull(arrayOf(uuid)),
  status: textOf<InviteStatus>(),
  created_at: timestamp,
  expires_at: timestamp,
};
type InviteView = Omit<Values<typeof inviteView>, 'site_ids'> & { site_ids: string[] | null };

const invitePage = query({
  name: 'invite.list',
  parameters: { accountId: uuid, before: orNull(uuid), limit: integer },
  row: inviteView,
  text: `select i.invite_id as invite_token_id, case when i.channel = 'EMAIL' then i.identifier end as email,
     case when i.channel = 'SMS' then i.identifier end as phone_e164, i.role as proposed_role, i.site_ids,
     case when i.status = 'PENDING' and i.expires_at <= now() then 'EXPIRED' else i.status end as status,
     i.created_at, i.expires_at
   from identity.invites i
   where i.account_id = :accountId and (:before is null or i.invite_id < :before)
   order by i.invite_id desc limit :limit`,
});

/** Of the scope's account. */
export const inviteViews = (scope: ReadScope) => ({
  /** Newest first. */
  async page(before: string | null, limit: number): Promise<InviteView[]> {
    const rows = await scope.read(invitePage, { accountId: scope.accountId, before, limit });
    return rows.map((row) => ({ ...row, site_ids: row.site_ids && [...row.site_ids] }));
  },
});
