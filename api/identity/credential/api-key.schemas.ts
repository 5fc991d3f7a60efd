import { Type } from 'typebox';
import { scopes, type Scope } from '../../../workflows/identity/scope.contract.js';
import { closedObject, component, line, nullable, timestamp, uuid } from '../../route/schema.js';

const name = line({ maxLength: 100, examples: ['Billing export'] });
const scope = Type.Unsafe<Scope>({ type: 'string', enum: [...scopes] });
const scopeList = Type.Array(scope, {
  minItems: 1,
  maxItems: 100,
  uniqueItems: true,
  examples: [['water.read']],
});
const prefix = Type.String({
  description: 'The part between the underscores, to tell keys apart',
  examples: ['3f9k2m1x'],
});

export const newApiKey = closedObject(
  {
    name,
    scopes: scopeList,
    expires_at: Type.Optional({
      ...timestamp,
      description: 'Within a year; in 90 days when left out',
    }),
  },
  // Without an end, since no fixed time stays within a year.
  { examples: [{ name: 'Depot computer', scopes: ['water.read'] }] },
);

export const createdApiKey = closedObject({
  api_key_id: uuid,
  key: Type.String({
    pattern: '^mr_[0-9a-z]{8}_[\\w-]{43}$',
    description: 'Shown here and never again',
    examples: ['mr_3f9k2m1x_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYq'],
  }),
  prefix,
  name,
  scopes: scopeList,
  expires_at: timestamp,
});

export const apiKey = component(
  'ApiKey',
  closedObject({
    api_key_id: uuid,
    prefix,
    name,
    scopes: scopeList,
    expires_at: timestamp,
    created_at: timestamp,
    created_by: { ...uuid, description: 'The maker’s principal' },
    last_used_at: nullable({ ...timestamp, description: 'To the minute' }),
    revoked_at: nullable(timestamp),
  }),
);
