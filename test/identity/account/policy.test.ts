import { describe, expect, it } from '@jest/globals';
import { roles, type Role } from '../../../api/route/caller.js';
import { permissions, policy } from '../../../workflows/identity/policy.contract.js';
import { scopeRules, scopes } from '../../../workflows/identity/scope.contract.js';

/** Who may, role by role: OWNER, ADMIN, MANAGER, OPERATOR, MEMBER, VIEWER. */
const matrix: Readonly<Record<string, string>> = {
  'analytics.view': 'yes yes yes yes yes yes',
  'analytics.export': 'yes yes yes no no no',
  'devices.edit': 'yes yes yes no no no',
  'devices.reset': 'yes yes no no no no',
  'events.decide': 'yes yes no no no no',
  'orders.confirm': 'yes yes yes yes no no',
  'orders.decide': 'yes yes yes no no no',
  'orders.place': 'yes yes yes no no no',
  'plan.change': 'yes yes no no no no',
  'water.edit': 'yes yes yes no no no',
  'water.record': 'yes yes yes yes no no',
  'water.sell': 'yes yes yes no no no',
  'webhooks.edit': 'yes yes yes no no no',
};
const rowOf = (allowed: readonly string[]): string =>
  roles.map((role) => (allowed.includes(role) ? 'yes' : 'no')).join(' ');

describe('the policy', () => {
  it('is the matrix, role by role', () => {
    expect(Object.fromEntries(permissions.map((each) => [each, rowOf(policy[each])]))).toEqual(
      matrix,
    );
  });
  it('gives no role what the next higher role lacks', () => {
    const isOfHighest = (allowed: readonly Role[]) => /^(yes ?)+(no ?)*$/.test(rowOf(allowed));
    expect(permissions.filter((each) => !isOfHighest(policy[each]))).toEqual([]);
    expect(scopes.filter((each) => !isOfHighest(scopeRules[each].roles))).toEqual([]);
  });
  it('gives a scope that writes to nobody who may not read', () => {
    for (const scope of scopes.filter((each) => each.endsWith('.write'))) {
      const reading = scopes.find((each) => each === scope.replace(/write$/, 'read'));
      expect([scope, reading && scopeRules[reading].roles]).toEqual([
        scope,
        expect.arrayContaining([...scopeRules[scope].roles]),
      ]);
    }
  });
});
