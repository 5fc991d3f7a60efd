import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalJson } from '../../workflows/shared/canonical-json.js';

/** HMAC-SHA256 over the canonical JSON of the content, in base64url for headers. */
export const keyedSignature = (key: Buffer, content: unknown): string =>
  digest(key, content).toString('base64url');

export function isKeyedSignature(key: Buffer, content: unknown, signature: string): boolean {
  const bytes = Buffer.from(signature, 'base64url');
  const own = digest(key, content);
  return bytes.length === own.length && timingSafeEqual(bytes, own);
}

const digest = (key: Buffer, content: unknown): Buffer =>
  createHmac('sha256', key).update(canonicalJson(content)).digest();
