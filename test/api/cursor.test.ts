/** Tells of: cursor, etag. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createCursors } from '../../api/shared/cursor.js';
import { etag, noVersion, parseIfMatch } from '../../api/shared/etag.js';
import { majorUnits } from '../../api/route/schema.js';

const cursors = createCursors('one key');

describe('a cursor', () => {
  it('comes back as it was made', () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.constant(null));
    fc.assert(
      fc.property(fc.array(value), (values) =>
        expect(cursors.decode(cursors.encode(values))).toEqual(values),
      ),
    );
    expect(cursors.decode(undefined)).toBeUndefined();
  });
  it('is refused when any of its characters is changed, added or left out', () => {
    const cursor = cursors.encode(['2026-03-01T08:30:00.000Z', 'an id']);
    const spoilt = [...cursor].flatMap((character, index) => [
      cursor.slice(0, index) + (character === 'A' ? 'B' : 'A') + cursor.slice(index + 1),
      cursor.slice(0, index) + cursor.slice(index + 1),
      `${cursor.slice(0, index)}=${cursor.slice(index)}`,
    ]);
    for (const text of ['', '.', 'x', `${cursor}.`, ...spoilt])
      expect(() => cursors.decode(text)).toThrow(
        expect.objectContaining({ type: 'INVALID_CURSOR' }),
      );
  });
  it('belongs to its key and its list', () => {
    const refused = expect.objectContaining({ type: 'INVALID_CURSOR' });
    expect(() => createCursors('another key').decode(cursors.encode([1]))).toThrow(refused);
    expect(() => cursors.of('orders').decode(cursors.of('alerts').encode([1]))).toThrow(refused);
    expect(cursors.of('orders').decode(cursors.of('orders').encode([1]))).toEqual([1]);
  });
  it('is there only when there is a next page', () => {
    const position = (n: number) => [n];
    expect(cursors.page([1, 2], 2, position)).toEqual({ items: [1, 2], next_cursor: null });
    expect(cursors.page([], 2, position)).toEqual({ items: [], next_cursor: null });
    expect(cursors.page([1, 2, 3], 2, position)).toEqual({
      items: [1, 2],
      next_cursor: cursors.encode([2]),
    });
  });
});

describe('an ETag', () => {
  it('names one version, strongly', () => {
    expect(parseIfMatch(etag(12))).toBe(12);
    for (const header of [
      'W/"12"',
      '*',
      '"1", "2"',
      '"1" ,W/"a,b"',
      '"-1"',
      '"9999999999999999"',
      '""',
    ])
      expect(parseIfMatch(header)).toBe(noVersion);
  });
  it('is none without its quotes', () => {
    for (const header of [
      '',
      '12',
      "'12'",
      '"12',
      '12"',
      'w/"12"',
      '"1" "2"',
      '"1",',
      '*, "1"',
      '"1 2"',
    ])
      expect(parseIfMatch(header)).toBeUndefined();
  });
});

describe('an amount', () => {
  it('is exact in major units', () => {
    expect([
      majorUnits(1250, 2),
      majorUnits(5, 2),
      majorUnits(-5, 2),
      majorUnits(7, 0),
      majorUnits(0, 3),
    ]).toEqual(['12.50', '0.05', '-0.05', '7', '0.000']);
  });
});
