import { createHash, createHmac } from 'node:crypto';

/**
 * The token in an invite's message, and the code that the inviter may pass on: derived from the
 * invite's id under a key outside the database, so that inviting again shows the same code. The
 * database stores hashes.
 */
interface InviteSecrets {
  token(inviteId: string): string;
  /** `ABCD-EFGH`, 40 bits. */
  code(inviteId: string): string;
  hashToken(token: string): Buffer;
  /** Of a code in any case, with or without the hyphen. */
  hashCode(code: string): Buffer;
}

/** Digits and letters without I, L, O and U: 32 signs, so five bits of a byte choose a sign. */
const codeAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** `key` is 32 bytes in hex. */
export function createInviteSecrets(key: string): InviteSecrets {
  const keyed = (...parts: string[]): Buffer => {
    const hmac = createHmac('sha256', key);
    for (const part of parts) hmac.update(part).update('|');
    return hmac.digest();
  };
  return {
    token: (inviteId) => keyed('invite token', inviteId).toString('base64url'),
    code: (inviteId) => {
      const signs = [...keyed('invite code', inviteId).subarray(0, 8)].map(
        (byte) => codeAlphabet[byte & 31],
      );
      return `${signs.slice(0, 4).join('')}-${signs.slice(4).join('')}`;
    },
    hashToken: (token) => createHash('sha256').update(token).digest(),
    // Keyed: a code alone is too short for a hash that anybody could search.
    hashCode: (code) => keyed('invite code hash', code.toUpperCase().replaceAll('-', '')),
  };
}
