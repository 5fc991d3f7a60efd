import type { UserStatus } from '../../../workflows/identity/user.contract.js';
import {
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

/** A user for the platform's staff. */
const overseenUser = {
  user_id: uuid,
  principal_id: orNull(uuid),
  email: orNull(text),
  phone_e164: orNull(text),
  status: textOf<UserStatus>(),
  preferred_language: text,
  email_verified_at: orNull(timestamp),
  phone_verified_at: orNull(timestamp),
  last_login_at: orNull(timestamp),
  created_at: timestamp,
};
type OverseenUser = Values<typeof overseenUser>;

const columns = `u.user_id, u.principal_id, u.email::text, u.phone_e164, u.status, u.preferred_language,
     u.email_verified_at, u.phone_verified_at, u.last_login_at, u.created_at`;

const userPage = query({
  name: 'staff.users',
  parameters: {
    part: orNull(text),
    status: orNull(text),
    before: orNull(uuid),
    limit: integer,
  },
  row: overseenUser,
  text: `select ${columns} from identity.users u
   where (:part is null or strpos(lower(u.email::text), :part) > 0 or strpos(u.phone_e164, :part) > 0)
     and (:status is null or u.status = :status) and (:before is null or u.user_id < :before)
   order by u.user_id desc limit :limit`,
});

const userById = query({
  name: 'staff.user',
  parameters: { userId: uuid },
  row: overseenUser,
  text: `select ${columns} from identity.users u where u.user_id = :userId`,
});

interface UserFilter {
  /** A part of the address or number. */
  part: string | null;
  status: UserStatus | null;
}

/** In a scope of the platform. */
export const userOversightViews = (scope: ReadScope) => ({
  /** Newest first. */
  page: (filter: UserFilter, before: string | null, limit: number): Promise<OverseenUser[]> =>
    scope.read(userPage, {
      part: filter.part === null ? null : filter.part.trim().toLowerCase(),
      status: filter.status,
      before,
      limit,
    }),

  async user(userId: string): Promise<OverseenUser | undefined> {
    const [row] = await scope.read(userById, { userId });
    return row;
  },
});
