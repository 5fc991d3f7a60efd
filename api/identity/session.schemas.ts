import { Type } from 'typebox';
import { component, object } from '../shared/schema.js';
import { password } from './user.schemas.js';

const refreshToken = Type.String({ minLength: 1, maxLength: 256 });

export const credentials = object({
  username: Type.String({
    minLength: 1,
    maxLength: 254,
    description: 'E-mail address or phone number',
    examples: ['owner@demo.example'],
  }),
  // A demo login, so that what is tried in development works as it is.
  password: { ...password, examples: ['millrace-demo'] },
});
/** For clients that keep no cookies. */
export const deviceToken = object({
  'X-Device-Token': Type.Optional(
    Type.String({ maxLength: 256, description: 'As an earlier sign-in on this device answered it' }),
  ),
});
export const refresh = object({ refresh_token: refreshToken });
export const tokens = component(
  'Tokens',
  object({
    access_token: Type.String(),
    refresh_token: refreshToken,
    token_type: Type.Literal('Bearer'),
    expires_in_seconds: Type.Integer({ minimum: 1, examples: [900] }),
  }),
);
export const ok = object({ status: Type.Literal('OK') });
