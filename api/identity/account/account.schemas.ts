import { Type } from 'typebox';
import { billingPeriods, planIds } from '../../../workflows/identity/plan.contract.js';
import { roles } from '../../route/caller.js';
import { component, closedObject, line, nullable, timestamp, uuid } from '../../route/schema.js';
import { avatarUri } from '../profile/profile.schemas.js';

const name = line({ maxLength: 200, examples: ['Kibera Water Company'] });
const countryCode = Type.String({
  pattern: '^[A-Z]{2}$',
  description: 'ISO 3166-1 alpha-2',
  examples: ['KE'],
});
const place = line({ maxLength: 100, examples: ['Nairobi'] });

const mfaRequiredRoles = Type.Array(Type.Enum([...roles], { type: 'string' }), {
  maxItems: 6,
  uniqueItems: true,
  description: 'Roles that need a session with a second factor here',
  examples: [['OWNER', 'ADMIN']],
});

export const newAccount = closedObject(
  {
    name,
    legal_name: Type.Optional(name),
    country_code: Type.Optional(countryCode),
    region: Type.Optional(place),
    city: Type.Optional(place),
    subscription: Type.Optional(
      closedObject({
        plan_id: Type.Enum([...planIds]),
        billing_period: Type.Enum([...billingPeriods]),
      }),
    ),
  },
  { examples: [{ name: 'Kibera Water Company', country_code: 'KE', city: 'Nairobi' }] },
);
export const openedAccount = closedObject({
  org_id: uuid,
  org_principal_id: { ...uuid, description: 'The same as account_id' },
});

export const account = component(
  'Account',
  closedObject({
    id: uuid,
    name,
    legal_name: nullable(name),
    country_code: nullable(countryCode),
    region: nullable(place),
    city: nullable(place),
    mfa_required_roles: mfaRequiredRoles,
    created_at: timestamp,
  }),
);
export const accountPatch = closedObject(
  {
    name: Type.Optional(name),
    legal_name: Type.Optional(nullable(name)),
    country_code: Type.Optional(nullable(countryCode)),
    region: Type.Optional(nullable(place)),
    city: Type.Optional(nullable(place)),
    mfa_required_roles: Type.Optional(mfaRequiredRoles),
  },
  { minProperties: 1, examples: [{ name: 'Kibera Water Company', city: 'Nairobi' }] },
);

export const accountProfile = component(
  'AccountProfile',
  closedObject({
    org_id: uuid,
    org_principal_id: uuid,
    org_name: name,
    display_name: nullable(name),
    avatar_uri: nullable(avatarUri),
  }),
);
export const accountProfilePatch = closedObject(
  {
    org_name: Type.Optional(name),
    display_name: Type.Optional(nullable(name)),
    avatar_uri: Type.Optional(nullable(avatarUri)),
  },
  { minProperties: 1, examples: [{ display_name: 'Kibera Water' }] },
);
