import { Type } from 'typebox';
import { component, closedObject } from '../../route/schema.js';
import { password } from '../registration/user.schemas.js';

const refreshToken = Type.String({ minLength: 1, maxLength: 256 });

export const credentials = closedObject({
  username: Type.String({
    minLength: 1,
    maxLength: 254,
    description: 'E-mail address or phone number',
    examples: ['owner@demo.example'],
  }),
  // A demo login, so that an example tried in development works unchanged.
  password: { ...password, examples: ['millrace-demo'] },
});
/** For clients without cookies. */
export const deviceToken = closedObject({
  'X-Device-Token': Type.Optional(
    Type.String({
      maxLength: 256,
      description: 'As an earlier sign-in on this device answered it',
    }),
  ),
});
export const refresh = closedObject({ refresh_token: refreshToken });
export const tokens = component(
  'Tokens',
  closedObject({
    access_token: Type.String(),
    refresh_token: refreshToken,
    token_type: Type.Literal('Bearer'),
    expires_in_seconds: Type.Integer({ minimum: 1, examples: [900] }),
  }),
);
export const ok = closedObject({ status: Type.Literal('OK') });
