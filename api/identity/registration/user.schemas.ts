import { Type } from 'typebox';
import { channels } from '../../../workflows/identity/otp.contract.js';
import { userStatuses } from '../../../workflows/identity/user.contract.js';
import {
  component,
  emailInput,
  nullable,
  closedObject,
  phoneE164,
  status,
  uuid,
} from '../../route/schema.js';

/** Upper bound only: a password too short or too common is refused with a code of its own. */
export const password = Type.String({
  minLength: 1,
  maxLength: 256,
  examples: ['correct horse battery'],
});
export const otp = Type.String({ pattern: '^[0-9]{6}$', examples: ['042137'] });
export const language = Type.String({
  pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$',
  maxLength: 35,
  examples: ['en'],
});
export const userStatus = status(...userStatuses);
const channel = status(...channels);

const identifiers = { email: Type.Optional(emailInput), phone_e164: Type.Optional(phoneE164) };
const having = (name: string) => ({ type: 'object', properties: { [name]: {} }, required: [name] });
const oneIdentifier = { anyOf: [having('email'), having('phone_e164')] };
const exactlyOneIdentifier = { oneOf: [having('email'), having('phone_e164')] };

export const registration = component(
  'Registration',
  closedObject(
    { ...identifiers, password, preferred_language: Type.Optional(language) },
    oneIdentifier,
  ),
);
export const registered = component(
  'Registered',
  closedObject({
    user_id: uuid,
    status: userStatus,
    otp_sent_via: nullable(
      Type.Enum([...channels], {
        description: 'Queued there first; null where nothing is configured to send it by',
      }),
    ),
    registration_token: Type.String({
      description: 'Names this registration when the code comes back',
      examples: ['c2VjcmV0'],
    }),
    retry_after_seconds: nullable(
      Type.Integer({
        minimum: 1,
        description: 'Until another code is sent; null where one is on its way',
      }),
    ),
  }),
);
export const identifier = closedObject(identifiers, {
  ...exactlyOneIdentifier,
  examples: [{ email: 'amina@example.com' }],
});
export const verificationRequested = closedObject({ otp_sent_via: nullable(channel) });
export const verification = closedObject(
  {
    ...identifiers,
    otp,
    registration_token: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
    password: Type.Optional(password),
  },
  { ...exactlyOneIdentifier, examples: [{ email: 'amina@example.com', otp: '042137' }] },
);
export const verified = component(
  'Verified',
  closedObject({
    user_id: uuid,
    status: userStatus,
    principal_id: uuid,
    verified_identifier: Type.String({ examples: ['+254712345678'] }),
    password_set: Type.Boolean(),
  }),
);
export const adminRegistration = closedObject({
  bootstrap_secret: Type.String({ minLength: 1, maxLength: 256 }),
  email: emailInput,
  password,
  phone_e164: Type.Optional(phoneE164),
});
export const admin = closedObject({ user_id: uuid, principal_id: uuid, status: userStatus });
