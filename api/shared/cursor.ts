import { createHmac, timingSafeEqual } from 'node:crypto';
import { failure } from '../../workflows/shared/failure.js';

type CursorValue = string | number | null;

/** Positions in a list, opaque to callers and safe from changes by callers. */
export interface Cursors {
  encode(values: readonly CursorValue[]): string;
  /** undefined for the first page; throws INVALID_CURSOR for any cursor not made by the API. */
  decode(cursor: string | undefined): readonly CursorValue[] | undefined;
  /** Cuts a page from `limit + 1` rows: the extra row only shows a next page. */
  page<Row>(
    rows: readonly Row[],
    limit: number,
    position: (row: Row) => readonly CursorValue[],
  ): Page<Row>;
  /**
   * A page of a list in the order of a single value: `read` gets the value of the last row before
   * the page, or null, and the number of rows to read.
   */
  list<Row, Key extends string | number = string>(
    query: { cursor?: string | undefined; limit: number },
    read: (after: Key | null, count: number) => Promise<readonly Row[]>,
    position: (row: Row) => Key,
  ): Promise<Page<Row>>;
  /** Cursors of the named list; no other list accepts such cursors. */
  of(list: string): Cursors;
}
interface Page<Row> {
  items: Row[];
  next_cursor: string | null;
}

const signatureBytes = 16;

export function createCursors(key: string, list = ''): Cursors {
  const sign = (content: string): Buffer =>
    createHmac('sha256', key)
      .update(`cursor|${list}|${content}`)
      .digest()
      .subarray(0, signatureBytes);

  const encode = (values: readonly CursorValue[]): string => {
    const content = Buffer.from(JSON.stringify(values)).toString('base64url');
    return `${content}.${sign(content).toString('base64url')}`;
  };
  const cursors: Cursors = {
    encode,
    decode(cursor) {
      if (cursor === undefined) return undefined;
      const [content = '', signature = ''] = cursor.split('.');
      const bytes = Buffer.from(signature, 'base64url');
      const isOurs = bytes.length === signatureBytes && timingSafeEqual(bytes, sign(content));
      // Only the exact text: base64url decoding ignores stray characters, and would give a cursor
      // many names.
      if (!isOurs || cursor !== `${content}.${bytes.toString('base64url')}`)
        throw failure('INVALID_CURSOR');
      return JSON.parse(Buffer.from(content, 'base64url').toString()) as CursorValue[];
    },
    page(rows, limit, position) {
      const items = rows.slice(0, limit);
      const last = items.at(-1);
      return {
        items,
        next_cursor: rows.length > limit && last !== undefined ? encode(position(last)) : null,
      };
    },
    async list<Row, Key extends string | number = string>(
      query: { cursor?: string | undefined; limit: number },
      read: (after: Key | null, count: number) => Promise<readonly Row[]>,
      position: (row: Row) => Key,
    ) {
      const [after = null] = cursors.decode(query.cursor) ?? [];
      const rows = await read(after as Key | null, query.limit + 1);
      return cursors.page(rows, query.limit, (row) => [position(row)]);
    },
    of: (name) => createCursors(key, name),
  };
  return cursors;
}
