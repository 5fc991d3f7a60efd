import { Type, type TNumber, type TNumberOptions } from 'typebox';

/** Keyword for a number's decimal places; in the OpenAPI document a sentence of the description. */
export const placesKey = 'x-places';
/**
 * `exact`: a number never rounded, since the route refuses more places than can be stored, as with
 * money.
 */
export type Places = number | 'exact';

interface Bounds {
  minimum: number;
  maximum: number;
}
/** A number within bounds, rounded to the decimal places before any check, the bounds' included. */
export const quantity = (places: Places, bounds: Bounds & TNumberOptions): TNumber =>
  Type.Number({ ...bounds, [placesKey]: places });

/** The nearest number of so many decimal places; never a negative zero. */
export function roundedTo(places: number, value: number): number {
  const scaled = value * 10 ** places;
  // A number that overflows has no such places; the bound's fault is the answer.
  return Number.isFinite(scaled) ? Math.round(scaled) / 10 ** places + 0 : value;
}

export function placesInWords(places: unknown): string | undefined {
  if (typeof places !== 'number') return undefined;
  return places === 0 ? 'Rounded to a whole number.' : `Rounded to ${places} decimal places.`;
}
