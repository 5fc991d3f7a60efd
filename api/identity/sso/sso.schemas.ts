import { Type } from 'typebox';
import { closedObject, described } from '../../route/schema.js';

const providerId = Type.String({
  pattern: '^[a-z][a-z0-9-]{0,39}$',
  examples: ['acme'],
});
export const ofProvider = closedObject({ provider: providerId });
export const providers = closedObject({
  items: Type.Array(closedObject({ id: providerId, name: Type.String({ examples: ['Acme'] }) }), {
    maxItems: 50,
  }),
});
const redirectUri = Type.Optional(
  described(
    Type.String({
      minLength: 1,
      maxLength: 2_048,
      examples: ['https://app.example.com/signed-in'],
    }),
    'The page that gets a code for the tokens, as the provider is configured with; without it the answer has the tokens',
  ),
);
export const toPage = closedObject({ redirect_uri: redirectUri });
/** Parameters beyond the standard's are ignored. */
export const answerOfProvider = Type.Object({
  code: Type.Optional(Type.String({ maxLength: 4_096 })),
  state: Type.Optional(Type.String({ maxLength: 8_192 })),
  iss: Type.Optional(Type.String({ maxLength: 2_048 })),
  error: Type.Optional(Type.String({ maxLength: 200 })),
});
export const exchange = closedObject({
  code: described(
    Type.String({ minLength: 1, maxLength: 256 }),
    'From the address that the browser was sent to',
  ),
});
export const authorization = closedObject({
  authorize_url: described(
    Type.String({ format: 'uri', examples: ['https://login.acme.example/authorize?state=...'] }),
    'For this browser: it has been given a cookie',
  ),
});
