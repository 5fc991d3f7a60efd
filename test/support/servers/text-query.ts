import type { Columns, Values } from '../../../db/connection/column.js';
import { query, type Query } from '../../../db/connection/query.js';

let count = 0;

/** A query of a text that a test makes up; the architecture's tests leave such queries alone. */
export function textQuery<Row extends Columns = Record<never, never>>(
  text: string,
  row?: Row,
): Query<Record<never, never>, Values<Row>> {
  count += 1;
  return query({ name: `test.text.${count}`, text, ...(row && { row }) });
}
