import { Type } from 'typebox';
import { avatarMediaTypes, maxAvatarBytes } from '../../../workflows/identity/avatar.rules.js';
import { closedObject, component, timestamp } from '../../route/schema.js';
import { avatarUri } from '../profile/profile.schemas.js';

export const newAvatar = closedObject(
  {
    content_type: Type.Union(avatarMediaTypes.map((each) => Type.Literal(each))),
    size_bytes: Type.Integer({ minimum: 1, maximum: maxAvatarBytes }),
  },
  { examples: [{ content_type: 'image/jpeg', size_bytes: 245_000 }] },
);

export const avatarUpload = component(
  'AvatarUpload',
  closedObject({
    upload_url: Type.String({
      description: 'For a PUT of the bytes, once; no sign-in',
      examples: ['https://api.example.com/v1/media/avatar-uploads/2b8Jx0'],
    }),
    avatar_uri: avatarUri,
    expires_at: timestamp,
  }),
);

export const uploadToken = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' });
