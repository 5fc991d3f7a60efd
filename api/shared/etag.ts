/** The strong ETag of a row version. */
export const etag = (version: number): string => `"${version}"`;

/**
 * A version no row has, for an unknown tag: the update's comparison then answers 412 with the
 * current version.
 */
export const noVersion = -1;

const tag = '(?:W/)?"[\\x21\\x23-\\x7e\\x80-\\xff]*"';
const wellFormed = new RegExp(`^(?:\\*|${tag}(?:[ \\t]*,[ \\t]*${tag})*)$`);

/**
 * The version in an If-Match header; undefined for a header outside RFC 9110, such as a tag without
 * quotes. Weak tags never match here (13.1.1), nor does `*`, since `*` names no version.
 */
export function parseIfMatch(header: string): number | undefined {
  const text = header.trim();
  const [, version] = /^"(\d{1,15})"$/.exec(text) ?? [];
  if (version !== undefined) return Number(version);
  return wellFormed.test(text) ? noVersion : undefined;
}
