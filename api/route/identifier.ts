import { domainToASCII } from 'node:url';
import type { Identifiers } from '../../workflows/identity/user.contract.js';

const localPart = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
/** Characters a URL's host would drop or decode. */
const noDomain = /[\s%]/;
const domainName = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const phone = /^\+[1-9][0-9]{6,14}$/;

/**
 * The only form in which an e-mail address is compared, stored and sent: trimmed, in lower case,
 * with the domain in ASCII. Undefined for any other text; the local part must be ASCII already,
 * since look-alike letters are other addresses.
 */
export function normalEmail(text: string): string | undefined {
  const trimmed = text.trim();
  const atSign = trimmed.lastIndexOf('@');
  const local = trimmed.slice(0, Math.max(atSign, 0));
  const typedDomain = trimmed.slice(atSign + 1);
  if (local.length > 64 || !localPart.test(local) || noDomain.test(typedDomain)) return undefined;
  const domain = domainToASCII(typedDomain);
  const normal = `${local.toLowerCase()}@${domain}`;
  return domainName.test(domain) && normal.length <= 254 ? normal : undefined;
}

/** An e-mail address or phone number in normal form; undefined for any other text. */
export function identifiersOfUsername(username: string): Identifiers | undefined {
  const trimmed = username.trim();
  if (phone.test(trimmed)) return { phoneE164: trimmed };
  const email = trimmed.includes('@') ? normalEmail(trimmed) : undefined;
  return email === undefined ? undefined : { email };
}

/** Identifiers of a body checked by a schema. */
export const identifiersOf = (body: { email?: string; phone_e164?: string }): Identifiers => ({
  email: body.email === undefined ? undefined : normalEmail(body.email),
  phoneE164: body.phone_e164,
});
