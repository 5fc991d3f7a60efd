import { basename } from 'node:path';

/** `order.store` of `db/water/order.store.ts` and of `test/water/order.store.test.ts`. */
export const nounAndRole = (path: string): string => basename(path).replace(/(\.test)?\.ts$/, '');

/** The subjects on a test's first lines, as in `order.store, order.workflow`. */
export function subjectsOf(text: string): string[] {
  const [, list = ''] = /^\/\*\*[\s*]*Tells of: ([^*]*(?:\*(?!\/)[^*]*)*)\*\//.exec(text) ?? [];
  return list.split(/[\s*,]+/).flatMap((each) => each.replace(/\.$/, '') || []);
}
