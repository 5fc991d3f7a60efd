import type { Fault } from './validator.js';

const maxDepth = 20;
const maxEntries = 1_000;
/** Fields and items together: several times what the largest object that a route takes has, and the largest batch. */
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
 * What is too deep, too wide or too much in a JSON text, told from its brackets and commas alone. Parsing a text of this kind costs
 * more than all that is done with it afterwards, so it is refused first; one pass, about 1.4 ns a byte. Whether it is JSON at all is
 * not looked at.
 */
export function outlineFault(json: Uint8Array, kind: BodyKind): Fault | undefined {
  const mostValues = maxValues[kind];
  const entries: number[] = Array<number>(maxDepth + 1).fill(0);
  let depth = 0;
  let values = 1;
  for (let at = 0; at < json.length; at += 1) {
    switch (json[at]) {
      case quote:
        at = closingQuote(json, at);
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

/** A list at the top is a batch of what its items describe. */
export const bodyKindOf = ({ type }: { type?: unknown }): BodyKind => (type === 'array' ? 'batch' : 'object');

function closingQuote(json: Uint8Array, openingQuote: number): number {
  let at = openingQuote + 1;
  while (at < json.length && json[at] !== quote) at += json[at] === backslash ? 2 : 1;
  return at;
}

const fault = (message: string): Fault => ({ path: '', message });
