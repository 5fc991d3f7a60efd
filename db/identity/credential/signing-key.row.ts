import type { LiveKeyState } from '../../../workflows/identity/signing-key.rules.js';
import { bytes, json, orNull, text, textOf, timestamp } from '../../connection/column.js';

export const signingKeyTimes = {
  kid: text,
  state: textOf<LiveKeyState>(),
  publishedAt: timestamp,
  /** Of the next key, as planned. */
  activeFrom: timestamp,
  retireAt: orNull(timestamp),
};

/** Both halves, the private half sealed. */
export const sealedKey = {
  kid: text,
  algorithm: textOf<'ES256'>(),
  publicJwk: json<Record<string, unknown>>(),
  privateJwkSealed: bytes,
};
