import { Type } from 'typebox';
import { component, nullable, closedObject, pageQuery, timestamp, uuid } from '../route/schema.js';

const hash = Type.String({
  pattern: '^[0-9a-f]{64}$',
  examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
});
const word = Type.String({ minLength: 1, maxLength: 100, pattern: '^[a-z][a-z0-9_.-]*$' });
const id = Type.String({ minLength: 1, maxLength: 200 });
const number = Type.Integer({ minimum: 1, examples: [42] });

export const auditQuery = closedObject({
  ...pageQuery.properties,
  actor: Type.Optional(Type.String({ format: 'uuid', description: 'The principal who acted' })),
  action: Type.Optional(word),
  subject_type: Type.Optional(word),
  subject_id: Type.Optional(id),
});

/** The hash covers the fields in the order below; see docs/operations.md. */
export const auditEntry = component(
  'AuditEntry',
  closedObject({
    account_id: uuid,
    seq: number,
    occurred_at: timestamp,
    principal_id: nullable(uuid),
    action: Type.String({ examples: ['site.create'] }),
    subject_type: Type.String({ examples: ['site'] }),
    subject_id: nullable(Type.String()),
    ip: nullable(Type.String({ examples: ['192.0.2.7'] })),
    route: nullable(Type.String({ examples: ['POST /v1/accounts/:account_id/sites'] })),
    request_id: nullable(Type.String()),
    before_hash: nullable(hash),
    after_hash: nullable(hash),
    prev_hash: hash,
    hash,
  }),
);

export const auditCheckpoint = component(
  'AuditCheckpoint',
  closedObject({
    number,
    day: Type.String({ format: 'date', examples: ['2026-03-01'] }),
    chains: Type.Integer({ minimum: 0 }),
    entries: Type.Integer({ minimum: 0 }),
    root: hash,
    prev_hash: hash,
    hash,
    kid: Type.String(),
    signature: Type.String({
      pattern: '^[0-9a-f]{128}$',
      examples: ['0f'.repeat(64)],
      description: 'Ed25519, hex',
    }),
    head: nullable(
      closedObject(
        { seq: number, hash },
        { description: "The account's last entry, if it had any that day" },
      ),
    ),
  }),
);

/** A JWK set of Ed25519 keys, the newest first. */
export const auditKeys = closedObject({
  keys: Type.Array(
    closedObject({
      kty: Type.Literal('OKP'),
      crv: Type.Literal('Ed25519'),
      x: Type.String(),
      kid: Type.String(),
      alg: Type.Literal('EdDSA'),
      use: Type.Literal('sig'),
    }),
    { maxItems: 100 },
  ),
});
