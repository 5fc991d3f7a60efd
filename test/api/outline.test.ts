import { describe, expect, it } from '@jest/globals';
import { bodyKindOf, outlineFault, type BodyKind } from '../../api/route/outline.js';

const messageOf = (json: string, kind: BodyKind = 'batch'): string | undefined =>
  outlineFault(Buffer.from(json), kind)?.message;
const list = (count: number, item = '1'): string =>
  `[${Array<string>(count).fill(item).join(',')}]`;
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('the outline of a body', () => {
  it('may nest 20 deep, each place with 1,000 entries', () => {
    expect(messageOf(nested(20))).toBeUndefined();
    expect(messageOf(nested(21))).toBe('must not nest deeper than 20');
    expect(messageOf('['.repeat(100_000))).toBe('must not nest deeper than 20');
    expect(messageOf(list(1_000))).toBeUndefined();
    expect(messageOf(list(1_001))).toBe(
      'must not have more than 1000 items or fields in one place',
    );
    expect(messageOf(`{"a":${list(1_001)}}`)).toContain('1000 items');
  });
  it('counts the entries of each place by itself', () => {
    expect(messageOf(list(15, list(999)))).toBeUndefined();
    expect(messageOf(`[${list(600)},${list(600)}]`)).toBeUndefined();
    expect(messageOf(list(900, '{"a":1,"b":2}'))).toBeUndefined();
    // An inner list between the entries of an outer list takes nothing off the outer count.
    expect(messageOf(list(1_001, '[1,2]'))).toContain('1000 items');
  });
  it('may have 5,000 values in all', () => {
    expect(messageOf(list(5, list(990)), 'object')).toBeUndefined();
    expect(messageOf(list(6, list(999)), 'object')).toBe(
      'must not have more than 5000 values in all',
    );
  });
  it('may have 20,000 values in all where it is a batch', () => {
    expect([bodyKindOf({ type: 'array' }), bodyKindOf({ type: 'object' }), bodyKindOf({})]).toEqual(
      ['batch', 'object', 'object'],
    );
    expect(messageOf(list(20, list(990)))).toBeUndefined();
    expect(messageOf(list(21, list(999)))).toBe('must not have more than 20000 values in all');
    expect(messageOf(list(1_000, list(30, '{}')))).toContain('20000 values');
  });
  it('is not seen in texts, whatever is escaped in them', () => {
    expect(messageOf(JSON.stringify({ text: `[{,`.repeat(2_000) }))).toBeUndefined();
    expect(messageOf(JSON.stringify({ text: `\\"[`.repeat(2_000), ['\\']: '\\' }))).toBeUndefined();
    expect(messageOf(`["\\\\",${nested(20)}]`)).toContain('deeper');
  });
  it('leaves to the parser what is no JSON', () => {
    for (const json of ['', '"', '"\\', ']]]]', '}[', 'nonsense', '{"a":"', '[1,2'])
      expect(messageOf(json)).toBeUndefined();
  });
});
