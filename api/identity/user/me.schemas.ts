import { Type } from 'typebox';
import { roles } from '../../route/caller.js';
import {
  component,
  email,
  nullable,
  closedObject,
  phoneE164,
  status,
  timestamp,
  uuid,
} from '../../route/schema.js';
import { features, subscriptionSummary } from '../account/plan.schemas.js';
import { language, userStatus } from '../registration/user.schemas.js';
import { avatarUri } from '../profile/profile.schemas.js';

const membership = closedObject({
  org_id: uuid,
  org_principal_id: { ...uuid, description: 'The same as account_id' },
  account_id: { ...uuid, description: 'What it is called in every path' },
  role: status(...roles),
  org_name: Type.String(),
  display_name: nullable(Type.String()),
  avatar_uri: nullable(avatarUri),
  subscription: subscriptionSummary,
  features,
});

export const me = component(
  'Me',
  closedObject({
    user: closedObject({
      id: uuid,
      email: nullable(email),
      phone_e164: nullable(phoneE164),
      status: userStatus,
      preferred_language: language,
      verification_state: closedObject({ email: Type.Boolean(), phone: Type.Boolean() }),
      last_login_at: nullable(timestamp),
      mfa_enabled: Type.Boolean(),
    }),
    principal_id: uuid,
    display_name: nullable(Type.String({ description: 'First and last name; null without both' })),
    org_memberships: Type.Array(membership, { maxItems: 1_000 }),
    default_org_id: nullable({
      ...uuid,
      description: 'Chosen in the profile, or else the only one; null where nobody chose',
    }),
    is_internal_ops_admin: Type.Boolean(),
  }),
);
