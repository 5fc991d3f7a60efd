import type { AccountRole } from './account.contract.js';

/** Uses of a credential: a machine reaches the routes of a single audience. */
export const audiences = ['api', 'operations', 'building', 'extraction', 'learning'] as const;
export type Audience = (typeof audiences)[number];

const everybody = ['OWNER', 'ADMIN', 'MANAGER', 'OPERATOR', 'MEMBER', 'VIEWER'] as const;
const contributors = ['OWNER', 'ADMIN', 'MANAGER', 'OPERATOR', 'MEMBER'] as const;
const operators = ['OWNER', 'ADMIN', 'MANAGER', 'OPERATOR'] as const;
const managers = ['OWNER', 'ADMIN', 'MANAGER'] as const;
const admins = ['OWNER', 'ADMIN'] as const;

interface ScopeRule {
  /** Roles on an account with a right to the scope. */
  roles: readonly AccountRole[];
  audiences: readonly Audience[];
}
const rule = (roles: readonly AccountRole[], ...audiences: Audience[]): ScopeRule => ({
  roles,
  audiences,
});

/** Roles and audiences of each scope, as data. A writing scope includes the reading scope. */
export const scopeRules = {
  'water.read': rule(everybody, 'api'),
  'water.write': rule(operators, 'api'),
  'events.read': rule(everybody, 'api'),
  'events.write': rule(admins, 'api'),
  'webhooks.read': rule(everybody, 'api'),
  'webhooks.write': rule(managers, 'api'),
  'documents.read': rule(everybody, 'api', 'extraction'),
  'documents.write': rule(contributors, 'api', 'extraction'),
  'jobs.read': rule(everybody, 'api', 'extraction'),
  'jobs.write': rule(contributors, 'api', 'extraction'),
  'configurations.read': rule(everybody, 'api', 'extraction'),
  'configurations.write': rule(managers, 'api', 'extraction'),
  'tables.read': rule(everybody, 'api', 'extraction'),
  'tables.write': rule(contributors, 'api', 'extraction'),
  'xapi.read': rule(everybody, 'api', 'learning'),
  'xapi.write': rule(managers, 'api', 'learning'),
  'learning.read': rule(everybody, 'api', 'learning'),
  'learning.write': rule(managers, 'api', 'learning'),
  'buildings.read': rule(everybody, 'building'),
  'buildings.write': rule(operators, 'building'),
  'votes.read': rule(everybody, 'building'),
  'votes.write': rule(contributors, 'building'),
  'presence.read': rule(everybody, 'building'),
  'presence.write': rule(operators, 'building'),
  'schemas.read': rule(everybody, 'building'),
  'schemas.write': rule(admins, 'building'),
  'analytics.read': rule(everybody, 'api', 'building'),
  'analytics.write': rule(managers, 'api', 'building'),
  'ops:bins.read': rule(everybody, 'operations'),
  'ops:bins.write': rule(managers, 'operations'),
  'ops:orders.read': rule(everybody, 'operations'),
  'ops:orders.write': rule(operators, 'operations'),
  'ops:ingest.read': rule(everybody, 'operations'),
  'ops:ingest.write': rule(operators, 'operations'),
} as const satisfies Record<string, ScopeRule>;

export type Scope = keyof typeof scopeRules;
export const scopes = Object.keys(scopeRules) as readonly Scope[];
