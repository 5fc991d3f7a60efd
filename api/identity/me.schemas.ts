import { Type } from 'typebox';
import { roles } from '../shared/caller.js';
import { component, email, nullable, object, phoneE164, status, uuid } from '../shared/schema.js';
import { subscriptionSummary } from './plan.schemas.js';
import { language, userStatus } from './user.schemas.js';

const membership = object({
  org_id: uuid,
  org_principal_id: { ...uuid, description: 'The same as account_id' },
  account_id: { ...uuid, description: 'What it is called in every path' },
  role: status(...roles),
  org_name: Type.String(),
  subscription: subscriptionSummary,
});

export const me = component(
  'Me',
  object({
    user: object({
      id: uuid,
      email: nullable(email),
      phone_e164: nullable(phoneE164),
      status: userStatus,
      preferred_language: language,
      verification_state: object({ email: Type.Boolean(), phone: Type.Boolean() }),
    }),
    principal_id: uuid,
    org_memberships: Type.Array(membership, { maxItems: 1_000 }),
    default_org_id: nullable(uuid),
    is_internal_ops_admin: Type.Boolean(),
  }),
);
