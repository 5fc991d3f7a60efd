import { Type } from 'typebox';
import { component, closedObject, line, nullable, uuid } from '../../route/schema.js';
import { language } from '../registration/user.schemas.js';

const name = line({ maxLength: 100, examples: ['Amina'] });
/** Of a picture, as the upload's request answered it. */
export const avatarUri = Type.String({
  minLength: 1,
  maxLength: 200,
  examples: [
    '/v1/media/avatars/0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f/0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f',
  ],
});

export const profile = component(
  'Profile',
  closedObject({
    principal_id: uuid,
    first_name: nullable(name),
    last_name: nullable(name),
    display_name: nullable(
      Type.String({
        description: 'First and last name; null without both',
        examples: ['Amina Odhiambo'],
      }),
    ),
    avatar_uri: nullable(avatarUri),
    preferred_language: language,
    default_org_id: nullable({ ...uuid, description: 'The account that is shown first' }),
  }),
);

export const profilePatch = closedObject(
  {
    first_name: Type.Optional(nullable(name)),
    last_name: Type.Optional(nullable(name)),
    avatar_uri: Type.Optional(nullable(avatarUri)),
    preferred_language: Type.Optional(language),
    default_org_id: Type.Optional(nullable(uuid)),
  },
  {
    minProperties: 1,
    examples: [{ first_name: 'Amina', last_name: 'Odhiambo', preferred_language: 'en' }],
  },
);
