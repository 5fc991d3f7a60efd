/**
 * A side of a comparison: does the work of a round and returns operations a second (or another
 * figure to divide).
 */
export type Side = () => Promise<number>;

export interface Ratio {
  /** Median of the rounds' ratios. */
  ratio: number;
  min: number;
  max: number;
  rounds: number;
  ours: number;
  divisor: number;
  /** Reason to distrust the ratio; absent for a sound ratio. */
  doubt?: string;
}

/**
 * Ours ÷ divisor, measured in turns (AB BA AB …), so that a slow machine slows both. A divisor
 * varying more than twofold means an unquiet machine, and the result reports the doubt.
 */
export async function compare(
  ours: Side,
  divisor: Side,
  { rounds = 5, warmUp = true } = {},
): Promise<Ratio> {
  if (warmUp) {
    await divisor();
    await ours();
  }
  const pairs: { ours: number; divisor: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) {
      const first = await ours();
      pairs.push({ ours: first, divisor: await divisor() });
    } else {
      const first = await divisor();
      pairs.push({ divisor: first, ours: await ours() });
    }
  }
  const ratios = pairs.map((pair) => pair.ours / pair.divisor).sort(ascending);
  const divisors = pairs.map((pair) => pair.divisor).sort(ascending);
  const spread = (divisors.at(-1) ?? 0) / (divisors[0] ?? 1);
  return {
    ratio: median(ratios),
    min: ratios[0] ?? NaN,
    max: ratios.at(-1) ?? NaN,
    rounds,
    ours: median(pairs.map((pair) => pair.ours).sort(ascending)),
    divisor: median(divisors),
    ...(spread > 2
      ? { doubt: `the divisor varied ${spread.toFixed(1)}-fold; the machine was not quiet` }
      : {}),
  };
}

const ascending = (a: number, b: number): number => a - b;

/** Of values in rising order. */
export const median = (sorted: readonly number[]): number =>
  sorted[Math.floor(sorted.length / 2)] ?? NaN;

/** The value above a `share` (0-1) of the values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort(ascending);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
