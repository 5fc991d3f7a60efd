import { describe, expect, it } from '@jest/globals';
import {
  judgeClaim,
  type ClaimableUnit,
  type UnitClaim,
} from '../../workflows/devices/device-claim.rules.js';

const [ours, theirs] = ['our account', 'their account'];
const aUnit = (changes: Partial<ClaimableUnit> = {}): ClaimableUnit => ({
  assignedTo: null,
  holder: null,
  lastHolder: null,
  isReady: true,
  hasCode: false,
  ...changes,
});
const aClaim = (changes: Partial<UnitClaim> = {}): UnitClaim => ({
  accountId: ours,
  isById: false,
  isCodeRight: false,
  ...changes,
});

describe('a claim by the serial number', () => {
  it('is granted for a unit that is ready and nobody’s', () => {
    expect(judgeClaim(aUnit(), aClaim())).toBe('GRANTED');
  });

  it('needs the right code where the unit has one', () => {
    const unit = aUnit({ hasCode: true });
    expect(judgeClaim(unit, aClaim())).toBe('MISSED');
    expect(judgeClaim(unit, aClaim({ isCodeRight: true }))).toBe('GRANTED');
  });

  it('misses a unit of another account as it misses one that is not there', () => {
    const right = aClaim({ isCodeRight: true });
    for (const unit of [undefined, aUnit({ assignedTo: theirs }), aUnit({ holder: theirs })])
      expect(judgeClaim(unit, right)).toBe('MISSED');
    expect(judgeClaim(aUnit({ assignedTo: theirs, holder: ours }), right)).toBe('MISSED');
  });
});

describe('a claim by the hardware id', () => {
  const byId = aClaim({ isById: true });

  it('is granted to whom the unit is assigned, or whose it was last', () => {
    expect(judgeClaim(aUnit({ assignedTo: ours }), byId)).toBe('GRANTED');
    expect(judgeClaim(aUnit({ lastHolder: ours }), byId)).toBe('GRANTED');
  });

  it('misses a unit that is nobody’s, or that was another’s last', () => {
    expect(judgeClaim(aUnit(), byId)).toBe('MISSED');
    expect(judgeClaim(aUnit({ lastHolder: theirs }), byId)).toBe('MISSED');
    expect(judgeClaim(aUnit({ assignedTo: theirs, lastHolder: ours }), byId)).toBe('MISSED');
  });
});

it('a unit that is not ready is said to be so to its own account alone', () => {
  expect(judgeClaim(aUnit({ isReady: false, assignedTo: ours }), aClaim())).toBe('NOT_READY');
  expect(judgeClaim(aUnit({ isReady: false }), aClaim())).toBe('MISSED');
});
