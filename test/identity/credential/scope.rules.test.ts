import { describe, expect, it } from '@jest/globals';
import { coversScope } from '../../../workflows/identity/scope.rules.js';

describe('scopes', () => {
  it('contain themselves, and the reading scope where they write', () => {
    expect(coversScope(['water.read'], 'water.read')).toBe(true);
    expect(coversScope(['water.write'], 'water.read')).toBe(true);
    expect(coversScope(['ops:bins.write'], 'ops:bins.read')).toBe(true);
  });
  it('contain nothing else', () => {
    expect(coversScope([], 'water.read')).toBe(false);
    expect(coversScope(['water.read'], 'water.write')).toBe(false);
    expect(coversScope(['ops:orders.write'], 'ops:bins.read')).toBe(false);
  });
});
