import { Type } from 'typebox';
import { grantedResources } from '../../../workflows/identity/account.contract.js';
import { userStatuses } from '../../../workflows/identity/user.contract.js';
import { roles } from '../../route/caller.js';
import {
  component,
  closedObject,
  email,
  nullable,
  page,
  pageQuery,
  timestamp,
  uuid,
} from '../../route/schema.js';

const userStatus = Type.Enum([...userStatuses]);
const role = Type.Enum([...roles]);

const member = component(
  'Member',
  closedObject({
    user_id: uuid,
    principal_id: uuid,
    email: nullable(email),
    display_name: nullable(Type.String()),
    role: nullable(
      Type.Enum([...roles], { description: 'Null for roles on single resources alone' }),
    ),
    status: userStatus,
    last_login_at: nullable(timestamp),
    joined_at: timestamp,
  }),
);
export const members = page(member);
export const memberQuery = closedObject({
  ...pageQuery.properties,
  role: Type.Optional(role),
  status: Type.Optional(userStatus),
});
export const memberPatch = closedObject({ role }, { examples: [{ role: 'OPERATOR' }] });

const resourceType = Type.Enum([...grantedResources]);
export const newGrant = closedObject({ resource_type: resourceType, resource_id: uuid, role });
export const givenGrant = closedObject({ grant_id: uuid });
export const grants = page(
  component(
    'AccessGrant',
    closedObject({
      grant_id: uuid,
      user_id: uuid,
      principal_id: uuid,
      resource_type: resourceType,
      resource_id: uuid,
      role,
      created_at: timestamp,
    }),
  ),
);
