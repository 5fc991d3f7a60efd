import { Type } from 'typebox';
import { closedObject, component, nullable, status, timestamp } from '../../route/schema.js';

const kid = Type.String({ description: 'The thumbprint of RFC 7638', maxLength: 100 });

const signingKey = component(
  'SigningKey',
  closedObject({
    kid,
    state: status('NEXT', 'CURRENT', 'RETIRING'),
    published_at: timestamp,
    active_from: { ...timestamp, description: 'Of the next key, when it is to be used' },
    retire_at: nullable({
      ...timestamp,
      description: 'When the last token of it has expired, and it is not believed any more',
    }),
  }),
);
export const signingKeys = closedObject({ items: Type.Array(signingKey) });

export const rotation = closedObject({
  compromised: Type.Optional(
    Type.Boolean({
      default: false,
      description: 'Somebody may have the private half: drop all keys now, with all access tokens',
    }),
  ),
});
export const rotated = closedObject({ kid });
