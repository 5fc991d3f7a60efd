import { Type, type TNumber, type TNumberOptions } from 'typebox';

/** The keyword of a number's decimal places; in the OpenAPI document it is a sentence of the description. */
export const placesKey = 'x-places';
/** `exact`: a number that is not rounded, since its route refuses what it cannot keep whole, as with money. */
export type Places = number | 'exact';

interface Bounds {
  minimum: number;
  maximum: number;
}
/** A number within bounds that is rounded to its decimal places before anything looks at it, its bounds included. */
export const quantity = (places: Places, bounds: Bounds & TNumberOptions): TNumber =>
  Type.Number({ ...bounds, [placesKey]: places });

/** The nearest number of so many decimal places; never a negative zero. */
export function roundedTo(places: number, value: number): number {
  const scaled = value * 10 ** places;
  // What overflows has no such places, and its bound is what is to be told of it.
  return Number.isFinite(scaled) ? Math.round(scaled) / 10 ** places + 0 : value;
}

export function placesInWords(places: unknown): string | undefined {
  if (typeof places !== 'number') return undefined;
  return places === 0 ? 'Rounded to a whole number.' : `Rounded to ${places} decimal places.`;
}
