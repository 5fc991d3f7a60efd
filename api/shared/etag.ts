/** The strong ETag of a row version. */
export const etag = (version: number): string => `"${version}"`;

/** Stands for a tag that no version has, so that the comparison in the update answers 412 with the current one. */
export const noVersion = -1;

const tag = '(?:W/)?"[\\x21\\x23-\\x7e\\x80-\\xff]*"';
const wellFormed = new RegExp(`^(?:\\*|${tag}(?:[ \\t]*,[ \\t]*${tag})*)$`);

/**
 * The version an If-Match header names; undefined when it is not one of RFC 9110 at all, as without its quotes. Weak tags
 * never match here (13.1.1), nor does `*`, which names none.
 */
export function parseIfMatch(header: string): number | undefined {
  const text = header.trim();
  const [, version] = /^"(\d{1,15})"$/.exec(text) ?? [];
  if (version !== undefined) return Number(version);
  return wellFormed.test(text) ? noVersion : undefined;
}
