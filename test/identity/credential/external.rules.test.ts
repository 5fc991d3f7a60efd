import { describe, expect, it } from '@jest/globals';
import { reachOfClaims } from '../../../workflows/identity/external.rules.js';
import { asFailure } from '../../../workflows/shared/failure.js';

const reach = (claims: object) => reachOfClaims({ aud: 'operations', ...claims }, ['operations']);
const reasonOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return asFailure(error)?.details['reason'];
  }
};

describe('the reach of an external token', () => {
  it('is the scopes that both the token and the role have', () => {
    expect(reach({ scope: 'ops:orders.read ops:bins.write water.read', role: 'OPERATOR' })).toEqual(
      {
        audience: 'operations',
        scopes: ['ops:orders.read'],
        role: 'OPERATOR',
        accountRole: 'OPERATOR',
        buildingIds: ['*'],
      },
    );
  });

  it.each([
    ['ops:orders.read', 'VIEWER'],
    ['ops:orders.write', 'OPERATOR'],
    ['ops:bins.write ops:orders.read', 'MANAGER'],
    ['openid', 'VIEWER'],
    ['', 'VIEWER'],
  ])('has the least role that its scopes need: %s', (scope, role) => {
    expect(reach({ scope })).toMatchObject({ role: null, accountRole: role });
  });

  it('is all of the role where no scope is named, and nothing where neither is', () => {
    expect(reach({ role: 'VIEWER' }).scopes).toEqual([
      'ops:bins.read',
      'ops:orders.read',
      'ops:ingest.read',
    ]);
    expect(reach({}).scopes).toEqual([]);
  });

  it('is the named buildings, or all for who runs them', () => {
    const inBuilding = (claims: object) =>
      reachOfClaims({ aud: ['x', 'building'], ...claims }, ['operations', 'building']);
    expect(inBuilding({ role: 'FM' })).toMatchObject({ audience: 'building', buildingIds: ['*'] });
    expect(inBuilding({ role: 'OCCUPANT' }).buildingIds).toEqual([]);
    expect(inBuilding({ role: 'FM', buildingIds: ['a', 7] }).buildingIds).toEqual(['a']);
  });

  it('is nothing for another audience, the API’s above all, and for an unknown role', () => {
    expect(reasonOf(() => reachOfClaims({ aud: 'api' }, ['api']))).toBe('WRONG_AUDIENCE');
    expect(reasonOf(() => reachOfClaims({}, ['operations']))).toBe('WRONG_AUDIENCE');
    expect(reasonOf(() => reach({ role: 'toString' }))).toBe('UNKNOWN_ROLE');
  });
});
