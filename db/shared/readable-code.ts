import { randomBytes } from 'node:crypto';

/**
 * Digits and letters without I, L, O and U: 32 signs, so five bits of each random byte choose a
 * sign.
 */
const codeAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A readable code with 60 random bits: `ORD-7K3M9QX2B4TV` for the prefix ORD. */
export const newReadableCode = (prefix: string): string =>
  `${prefix}-${[...randomBytes(12)].map((byte) => codeAlphabet[byte & 31]).join('')}`;
