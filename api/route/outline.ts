import type { Fault } from './validator.js';

const maxDepth = 20;
const maxEntries = 1_000;
/**
 * Fields and items together: several times the count of the largest object a route takes, and of
 * the largest batch.
 */
const maxValues = { object: 5_000, batch: 20_000 };
export type BodyKind = keyof typeof maxValues;

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const arrayStart = 0x5b;
const arrayEnd = 0x5d;
const objectStart = 0x7b;
const objectEnd = 0x7d;

/**
 * The fault of a JSON text too deep, too wide or too large, from brackets and commas alone. Parsing
 * such a text costs more than all later work, so the refusal comes first; a single pass, about 1.4
 * ns a byte. Whether the text is valid JSON is not checked.
 */
export function outlineFault(json: Uint8Array, kind: BodyKind): Fault | undefined {
  const mostValues = maxValues[kind];
  const entries: number[] = Array<number>(maxDepth + 1).fill(0);
  let depth = 0;
  let values = 1;
  for (let index = 0; index < json.length; index += 1) {
    switch (json[index]) {
      case quote:
        index = closingQuote(json, index);
        break;
      case comma:
        values += 1;
        entries[depth] = (entries[depth] ?? 0) + 1;
        if (entries[depth] === maxEntries)
          return fault(`must not have more than ${maxEntries} items or fields in one place`);
        break;
      case arrayStart:
      case objectStart:
        depth += 1;
        values += 1;
        if (depth > maxDepth) return fault(`must not nest deeper than ${maxDepth}`);
        entries[depth] = 0;
        break;
      case arrayEnd:
      case objectEnd:
        depth = Math.max(0, depth - 1);
        break;
      default:
    }
    if (values > mostValues) return fault(`must not have more than ${mostValues} values in all`);
  }
  return undefined;
}

/** A list at the top is a batch of the items' schema. */
export const bodyKindOf = ({ type }: { type?: unknown }): BodyKind =>
  type === 'array' ? 'batch' : 'object';

function closingQuote(json: Uint8Array, openingQuote: number): number {
  let index = openingQuote + 1;
  while (index < json.length && json[index] !== quote) index += json[index] === backslash ? 2 : 1;
  return index;
}

const fault = (message: string): Fault => ({ path: '', message });
