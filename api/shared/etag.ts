/** The strong ETag of a row version. */
export const etag = (version: number): string => `"${version}"`;

/** Stands for a tag that no version has, so that the comparison in the update answers 412 with the current one. */
export const noVersion = -1;

/** The version an If-Match header names. Weak tags never match here (RFC 9110, 13.1.1), nor does `*`, which names none. */
export function parseIfMatch(header: string): number {
  const [, version] = /^"(\d{1,15})"$/.exec(header.trim()) ?? [];
  return version === undefined ? noVersion : Number(version);
}
