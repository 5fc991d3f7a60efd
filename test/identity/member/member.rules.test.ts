import { describe, expect, it } from '@jest/globals';
import { accountRoles } from '../../../workflows/identity/account.contract.js';
import {
  assertOwnerStays,
  assertWithin,
  higherRole,
} from '../../../workflows/identity/member.rules.js';
import { asFailure } from '../../../workflows/shared/failure.js';

const codeOf = (work: () => void): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return asFailure(error)?.code;
  }
};

describe('a role', () => {
  it('touches itself and the roles below, and none above', () => {
    for (const [rank, actor] of accountRoles.entries())
      for (const [place, role] of accountRoles.entries())
        expect([actor, role, codeOf(() => assertWithin(actor, role))]).toEqual([
          actor,
          role,
          place < rank ? 'FORBIDDEN' : undefined,
        ]);
    expect(codeOf(() => assertWithin('MANAGER', 'VIEWER', 'OWNER'))).toBe('FORBIDDEN');
  });

  it('is the higher one of two, in any order', () => {
    expect(higherRole('VIEWER', 'ADMIN')).toBe('ADMIN');
    expect(higherRole('ADMIN', 'VIEWER')).toBe('ADMIN');
  });
});

describe('the last owner', () => {
  const change = (
    previousRole: 'OWNER' | 'ADMIN' | null,
    nextRole: 'OWNER' | 'ADMIN' | null,
    others: number,
  ) =>
    codeOf(() =>
      assertOwnerStays({ accountId: 'a', previousRole, nextRole, otherActiveOwners: others }),
    );

  it('neither steps down nor leaves', () => {
    expect([change('OWNER', 'ADMIN', 0), change('OWNER', null, 0)]).toEqual([
      'LAST_OWNER',
      'LAST_OWNER',
    ]);
  });

  it('may do both beside another owner, and others may at any time', () => {
    expect([
      change('OWNER', 'ADMIN', 1),
      change('OWNER', null, 1),
      change('OWNER', 'OWNER', 0),
      change('ADMIN', null, 0),
      change(null, 'ADMIN', 0),
    ]).toEqual(Array(5).fill(undefined));
  });
});
