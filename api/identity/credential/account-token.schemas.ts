import { Type } from 'typebox';
import { audiences, scopes } from '../../../workflows/identity/scope.contract.js';
import { closedObject, nullable, status, timestamp, uuid } from '../../route/schema.js';

export const tokenRequest = closedObject({
  account_id: uuid,
  audience: Type.Optional(Type.Enum([...audiences], { default: 'api' })),
  scope: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 1_000,
      description: 'Scopes, separated by spaces; without any, all that the role has',
      examples: ['water.read events.read'],
    }),
  ),
});
export const accountToken = closedObject({
  access_token: Type.String(),
  token_type: Type.Literal('Bearer'),
  expires_in_seconds: Type.Integer({ minimum: 1, examples: [900] }),
  scope: Type.String({ examples: ['water.read events.read'] }),
});

const text = Type.String();
export const bearer = closedObject({
  kind: status('SESSION', 'ACCOUNT_TOKEN', 'API_KEY', 'EXTERNAL'),
  principal_id: uuid,
  user_id: nullable(uuid),
  account_id: nullable(uuid),
  role: nullable(text),
  audience: nullable(status(...audiences)),
  scopes: nullable(Type.Array(status(...scopes))),
  building_ids: nullable(Type.Array(text, { description: '`*` for all of the account' })),
  issuer: nullable(text),
  expires_at: nullable(timestamp),
});
