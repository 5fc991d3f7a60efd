import { createHmac, timingSafeEqual } from 'node:crypto';
import { failure } from '../../workflows/shared/failure.js';

export type CursorValue = string | number | null;

/** Positions in a list that callers can carry but neither read meaning into nor change. */
export interface Cursors {
  encode(values: readonly CursorValue[]): string;
  /** undefined for the first page; throws INVALID_CURSOR for anything this API did not make. */
  decode(cursor: string | undefined): readonly CursorValue[] | undefined;
  /** Cuts a page from `limit + 1` rows: the extra row only tells that there is a next page. */
  page<Row>(rows: readonly Row[], limit: number, position: (row: Row) => readonly CursorValue[]): Page<Row>;
  /** Cursors of one list, which no other list accepts. */
  of(list: string): Cursors;
}
export interface Page<Row> {
  items: Row[];
  next_cursor: string | null;
}

const signatureBytes = 16;

export function createCursors(key: string, list = ''): Cursors {
  const sign = (content: string): Buffer =>
    createHmac('sha256', key).update(`cursor|${list}|${content}`).digest().subarray(0, signatureBytes);

  const encode = (values: readonly CursorValue[]): string => {
    const content = Buffer.from(JSON.stringify(values)).toString('base64url');
    return `${content}.${sign(content).toString('base64url')}`;
  };
  return {
    encode,
    decode(cursor) {
      if (cursor === undefined) return undefined;
      const [content = '', signature = ''] = cursor.split('.');
      const given = Buffer.from(signature, 'base64url');
      const isOurs = given.length === signatureBytes && timingSafeEqual(given, sign(content));
      // Only the exact text: base64url decoding ignores stray characters, which would make many names of one cursor.
      if (!isOurs || cursor !== `${content}.${given.toString('base64url')}`) throw failure('INVALID_CURSOR');
      return JSON.parse(Buffer.from(content, 'base64url').toString()) as CursorValue[];
    },
    page(rows, limit, position) {
      const items = rows.slice(0, limit);
      const last = items.at(-1);
      return { items, next_cursor: rows.length > limit && last !== undefined ? encode(position(last)) : null };
    },
    of: (name) => createCursors(key, name),
  };
}
