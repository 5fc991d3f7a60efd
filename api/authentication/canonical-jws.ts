/**
 * Whether a compact JWS has three parts, each the only base64url text of its bytes: without padding,
 * foreign letters or set bits past the last byte. Another text of the same bytes would be another
 * token to whoever compares texts.
 */
export function isCanonicalJws(token: string): boolean {
  const parts = token.split('.');
  return (
    parts.length === 3 &&
    parts.every(
      (part) => part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part,
    )
  );
}
