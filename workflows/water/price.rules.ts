/**
 * Money without floats: amounts are integers of the currency's minor unit, prices per litre exact
 * decimals. Exponents other than 2, after ISO 4217.
 */
const exponents: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'
      .split(' ')
      .map((code) => [code, 0]),
  ),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3])),
  CLF: 4,
  UYW: 4,
};

export const minorDigits = (currency: string): number => exponents[currency] ?? 2;

interface Decimal {
  units: bigint;
  scale: number;
}

/** Reads a plain, non-negative decimal; a number by the shortest text, as written by the sender. */
function toDecimal(value: string | number): Decimal {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(String(value));
  if (!match) throw new RangeError('not a plain decimal');
  const [, whole = '', fraction = ''] = match;
  return { units: BigInt(whole + fraction), scale: fraction.length };
}

function toScale({ units, scale }: Decimal, digits: number): bigint {
  if (scale <= digits) return units * 10n ** BigInt(digits - scale);
  const divisor = 10n ** BigInt(scale - digits);
  return (2n * units + divisor) / (2n * divisor);
}

/** Whether an amount in major units is a whole number of minor units. */
export const isExactAmount = (amount: string | number, currency: string): boolean => {
  const { units, scale } = toDecimal(amount);
  const digits = minorDigits(currency);
  return scale <= digits || units % 10n ** BigInt(scale - digits) === 0n;
};

/** An amount in major units as minor units, rounded half-up. */
export const toMinor = (amount: string | number, currency: string): number =>
  Number(toScale(toDecimal(amount), minorDigits(currency)));

/** Litres × price per litre, rounded half-up to the minor unit, plus the flat fee. */
export function totalMinor(
  liters: number,
  rule: { currency: string; basePricePerLiter: string; deliveryFeeMinor: number },
): number {
  const volume = toDecimal(liters);
  const price = toDecimal(rule.basePricePerLiter);
  const product = { units: volume.units * price.units, scale: volume.scale + price.scale };
  return Number(toScale(product, minorDigits(rule.currency))) + rule.deliveryFeeMinor;
}
