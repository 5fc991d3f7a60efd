import { Type } from 'typebox';
import { platformRoles } from '../../../workflows/identity/staff/platform-role.contract.js';
import { userStatuses } from '../../../workflows/identity/user.contract.js';
import { roles } from '../../route/caller.js';
import {
  closedObject,
  component,
  nullable,
  page,
  pageQuery,
  timestamp,
  uuid,
} from '../../route/schema.js';

const userStatus = Type.Enum([...userStatuses]);
const platformRole = Type.Enum([...platformRoles]);

export const staffMember = closedObject({
  is_admin: Type.Boolean(),
  admin_role: platformRole,
  principal_id: uuid,
  capabilities: Type.Array(Type.String(), { maxItems: 50 }),
});
export const overseenUser = component(
  'OverseenUser',
  closedObject({
    user_id: uuid,
    principal_id: nullable(uuid),
    email: nullable(Type.String()),
    phone_e164: nullable(Type.String()),
    status: userStatus,
    preferred_language: Type.String(),
    email_verified_at: nullable(timestamp),
    phone_verified_at: nullable(timestamp),
    last_login_at: nullable(timestamp),
    created_at: timestamp,
  }),
);
export const overseenUsers = page(overseenUser);
export const userQuery = closedObject({
  ...pageQuery.properties,
  q: Type.Optional(
    Type.String({ minLength: 1, maxLength: 254, description: 'Part of the address or number' }),
  ),
  status: Type.Optional(userStatus),
});
export const userChange = component(
  'UserChange',
  closedObject({
    status: Type.Literal('OK'),
    orphaned_accounts: Type.Array(uuid, {
      maxItems: 200,
      description: 'Organisations left without an owner who may sign in',
    }),
  }),
);
export const platformRoleChange = closedObject(
  { role: platformRole },
  { examples: [{ role: 'SUPPORT' }] },
);
export const memberGrant = closedObject({
  org_principal_id: uuid,
  user_id: uuid,
  role: Type.Enum([...roles]),
});
export const memberRevocation = closedObject({
  org_principal_id: uuid,
  user_id: uuid,
  role: Type.Optional(Type.Enum([...roles])),
});
