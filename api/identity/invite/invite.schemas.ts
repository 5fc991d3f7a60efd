import { Type } from 'typebox';
import { channels } from '../../../workflows/identity/otp.contract.js';
import { inviteStatuses } from '../../../workflows/identity/invite/invite.contract.js';
import { roles } from '../../route/caller.js';
import {
  closedObject,
  component,
  email,
  emailInput,
  nullable,
  page,
  phoneE164,
  status,
  timestamp,
  uuid,
} from '../../route/schema.js';
import { language, password, userStatus } from '../registration/user.schemas.js';

const role = Type.Enum([...roles]);
const siteIds = Type.Array(uuid, { minItems: 1, maxItems: 100 });
const inviteStatus = status(...inviteStatuses);
const having = (name: string) => ({ type: 'object', properties: { [name]: {} }, required: [name] });

export const newInvite = closedObject(
  {
    email: Type.Optional(emailInput),
    phone_e164: Type.Optional(phoneE164),
    proposed_role: Type.Optional(role),
    site_ids: Type.Optional(siteIds),
  },
  {
    oneOf: [having('email'), having('phone_e164')],
    examples: [{ email: 'amina@example.com', proposed_role: 'OPERATOR' }],
  },
);
const inviteCode = Type.String({
  pattern: '^[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}$',
  examples: ['7K3M-9QX2'],
});
export const issuedInvite = component(
  'IssuedInvite',
  closedObject({
    invite_token_id: uuid,
    invite_code: Type.String({
      description: 'For passing on by word of mouth; the message holds a token of its own',
      examples: ['7K3M-9QX2'],
    }),
    status: inviteStatus,
    expires_at: timestamp,
  }),
);
export const invites = page(
  component(
    'Invite',
    closedObject({
      invite_token_id: uuid,
      email: nullable(email),
      phone_e164: nullable(Type.String()),
      proposed_role: role,
      site_ids: nullable(siteIds),
      status: inviteStatus,
      created_at: timestamp,
      expires_at: timestamp,
    }),
  ),
);

const naming = {
  invite_token: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
  invite_token_id: Type.Optional(uuid),
  invite_code: Type.Optional(inviteCode),
};
const oneName = {
  oneOf: [having('invite_token'), having('invite_token_id'), having('invite_code')],
};
export const inviteName = closedObject(naming, {
  ...oneName,
  examples: [{ invite_code: '7K3M-9QX2' }],
});
export const resolvedInvite = component(
  'ResolvedInvite',
  closedObject({
    invite_token_id: uuid,
    org_id: uuid,
    org_name: Type.String(),
    email: nullable(
      Type.String({ description: 'Masked, except for the token', examples: ['a…@example.com'] }),
    ),
    phone_e164: nullable(Type.String({ examples: ['+254…678'] })),
    proposed_role: role,
    site_ids: nullable(siteIds),
    expires_at: timestamp,
  }),
);
export const inviteAcceptance = closedObject(
  {
    ...naming,
    email: Type.Optional(emailInput),
    phone_e164: Type.Optional(phoneE164),
    password: Type.Optional(password),
    preferred_language: Type.Optional(language),
  },
  {
    ...oneName,
    examples: [
      { invite_code: '7K3M-9QX2', email: 'amina@example.com', password: 'correct horse battery' },
    ],
  },
);
export const acceptedInvite = component(
  'AcceptedInvite',
  closedObject({
    user_id: uuid,
    status: userStatus,
    org_id: uuid,
    org_principal_id: uuid,
    otp_sent_via: nullable(Type.Enum([...channels])),
  }),
);
