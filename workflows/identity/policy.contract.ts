import type { AccountRole } from './account.contract.js';

const everybody = ['OWNER', 'ADMIN', 'MANAGER', 'OPERATOR', 'MEMBER', 'VIEWER'] as const;
const operators = ['OWNER', 'ADMIN', 'MANAGER', 'OPERATOR'] as const;
const managers = ['OWNER', 'ADMIN', 'MANAGER'] as const;
const admins = ['OWNER', 'ADMIN'] as const;

/** Roles by permission: the only place for a decision about roles. Plans decide on features apart. */
export const policy = {
  'analytics.view': everybody,
  'analytics.export': managers,
  'devices.edit': managers,
  'devices.reset': admins,
  'events.decide': admins,
  'orders.confirm': operators,
  'orders.decide': managers,
  'orders.place': managers,
  'plan.change': admins,
  'water.edit': managers,
  'water.record': operators,
  'water.sell': managers,
  'webhooks.edit': managers,
} as const satisfies Record<string, readonly AccountRole[]>;

type Permission = keyof typeof policy;
export const permissions = Object.keys(policy) as readonly Permission[];
