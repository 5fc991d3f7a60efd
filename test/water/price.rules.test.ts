import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  isExactAmount,
  minorDigits,
  toMinor,
  totalMinor,
} from '../../workflows/water/price.rules.js';

const total = (liters: number, basePricePerLiter: string, currency = 'KES', deliveryFeeMinor = 0) =>
  totalMinor(liters, { currency, basePricePerLiter, deliveryFeeMinor });
const exactly = (value: number) => fc.integer({ min: 0, max: value });

describe('a total', () => {
  it.each([
    [100.5, '0.55', 'KES', 0, 5528],
    [1, '0.005', 'KES', 0, 1],
    [1, '0.004999', 'KES', 0, 0],
    [3, '0.333333', 'USD', 250, 350],
    [7, '0.5', 'JPY', 0, 4],
    [7, '0.499999', 'UGX', 10, 13],
    [1.005, '1', 'KES', 0, 101],
    [1.0005, '1', 'KWD', 0, 1001],
    [10_000_000, '99999.999999', 'KES', 0, 99_999_999_999_000],
  ])('of %d l at %s %s with a fee of %d is %d', (liters, price, currency, fee, expected) => {
    expect(total(liters, price, currency, fee)).toBe(expected);
  });

  it('is litres times price to the half minor unit, exactly, whatever they are', () => {
    fc.assert(
      fc.property(
        exactly(10_000_000_000),
        exactly(99_999_999_999),
        exactly(1e9),
        (milliliters, micros, fee) => {
          const price = `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`;
          const product = BigInt(milliliters) * BigInt(micros);
          const difference =
            10n ** 7n * BigInt(total(milliliters / 1000, price, 'KES', fee) - fee) - product;
          return difference > -5_000_000n && difference <= 5_000_000n;
        },
      ),
    );
  });

  it('never falls when the volume or the price rises', () => {
    fc.assert(
      fc.property(
        exactly(1e7),
        exactly(1e7),
        exactly(99_999),
        exactly(99_999),
        (l1, l2, p1, p2) => {
          const [low, high] = [
            total(Math.min(l1, l2), `${Math.min(p1, p2)}`),
            total(Math.max(l1, l2), `${Math.max(p1, p2)}`),
          ];
          return low <= high;
        },
      ),
    );
  });
});

describe('an amount in major units', () => {
  it('is as many minor units as its currency has', () => {
    expect(['KES', 'JPY', 'TND', 'CLF'].map(minorDigits)).toEqual([2, 0, 3, 4]);
    expect([toMinor('12.5', 'KES'), toMinor(12.5, 'TND'), toMinor(12, 'JPY')]).toEqual([
      1250, 12500, 12,
    ]);
  });

  it.each([
    ['1.005', 'KES', false],
    ['1.00500', 'TND', true],
    [0.1, 'KES', true],
    ['0.5', 'JPY', false],
  ])('%s is one that %s can be paid in: %s', (amount, currency, expected) => {
    expect(isExactAmount(amount, currency)).toBe(expected);
  });
});
