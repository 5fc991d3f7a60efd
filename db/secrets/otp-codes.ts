import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * One-time codes that are stored nowhere: six digits derived from a token's random nonce, for one
 * channel, under a key outside the database. The database stores the nonce and the code's keyed
 * hash.
 */
export interface OtpCodes {
  derive(tokenId: string, channel: string, nonce: Buffer): string;
  hash(tokenId: string, channel: string, code: string): Buffer;
  /** Takes the same time for any wrong code. */
  fits(tokenId: string, channel: string, code: string, hash: Buffer): boolean;
  /**
   * Hash under which codes for an identifier are counted. With the id of a signed-in user the count
   * is the user's own, so that requests and tries of strangers do not count against the user, nor
   * the other way round.
   */
  hashIdentifier(identifier: string, userId?: string): Buffer;
}

const digits = 6;

export function createOtpCodes(key: string): OtpCodes {
  const keyed = (...parts: (string | Buffer)[]): Buffer => {
    const hmac = createHmac('sha256', key);
    for (const part of parts) hmac.update(part).update('|');
    return hmac.digest();
  };
  const hash = (tokenId: string, channel: string, code: string) => keyed('hash', tokenId, channel, code);
  return {
    // 64 bits over 10^6 values: the bias is below 2^-44.
    derive: (tokenId, channel, nonce) =>
      String(keyed('code', tokenId, channel, nonce).readBigUInt64BE() % 10n ** BigInt(digits)).padStart(digits, '0'),
    hash,
    fits: (tokenId, channel, code, expected) => timingSafeEqual(hash(tokenId, channel, code), expected),
    hashIdentifier: (identifier, userId = '') => keyed('identifier', userId, identifier.toLowerCase()),
  };
}
