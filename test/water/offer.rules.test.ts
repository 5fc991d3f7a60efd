import { describe, expect, it } from '@jest/globals';
import { asFailure } from '../../workflows/shared/failure.js';
import {
  assertInStock,
  orderedLiters,
  priced,
  requestedLiters,
  type OfferTerms,
} from '../../workflows/water/offer.rules.js';

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return asFailure(error)?.code;
  }
}
const anOffer = (changes: Partial<OfferTerms> = {}): OfferTerms => ({
  isAvailable: true,
  availableLiters: 1_000,
  priceRuleId: 'a rule',
  basePricePerLiter: '0.5',
  deliveryFeeMinor: 100,
  ...changes,
});

describe('what a request names', () => {
  const [toFull, byVolume] = ['FILL_TO_FULL', 'VOLUME_LITERS'] as const;

  it('is a volume, or a target to fill', () => {
    const volume = { fillMode: byVolume, volumeLiters: 5, targetReservoirId: null };
    const target = { fillMode: toFull, volumeLiters: undefined, targetReservoirId: 'a tank' };
    expect(requestedLiters(volume)).toBe(5);
    expect(requestedLiters(target)).toBeNull();
  });

  it.each([
    ['neither', byVolume, undefined, 'a tank', 'VALIDATION_ERROR'],
    ['both', toFull, 5, 'a tank', 'VALIDATION_ERROR'],
    ['no target to fill', toFull, undefined, null, 'TARGET_RESERVOIR_REQUIRED'],
  ] as const)('is refused where it is %s', (_what, fillMode, volumeLiters, target, code) => {
    const request = { fillMode, volumeLiters, targetReservoirId: target };
    expect(codeOf(() => requestedLiters(request))).toBe(code);
  });

  it('is the target’s room where it is no volume', () => {
    expect(orderedLiters(5, 700)).toBe(5);
    expect(orderedLiters(null, 700)).toBe(700);
    for (const room of [0, null, undefined])
      expect(codeOf(() => orderedLiters(null, room))).toBe('TARGET_RESERVOIR_REQUIRED');
  });
});

it('a price is the volume’s and the fee, where the seller delivers and a rule fits', () => {
  expect(priced(anOffer(), 10, 'KES')).toEqual({
    priceQuoteTotalMinor: 600,
    priceRuleId: 'a rule',
  });
  const refused = (changes: Partial<OfferTerms>) =>
    codeOf(() => priced(anOffer(changes), 10, 'KES'));
  expect(refused({ isAvailable: false })).toBe('SELLER_NOT_AVAILABLE');
  expect(refused({ priceRuleId: null })).toBe('NO_PRICE_RULE_MATCH');
});

it('stock may be used up, and not exceeded', () => {
  expect(codeOf(() => assertInStock('a tank', 10, 10))).toBeUndefined();
  expect(codeOf(() => assertInStock('a tank', 10, 10.001))).toBe('INSUFFICIENT_STOCK');
});
