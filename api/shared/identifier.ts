import { domainToASCII } from 'node:url';
import type { Identifiers } from '../../workflows/identity/user.contract.js';

const localPart = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
/** What a URL's host would leave out or decode. */
const noDomain = /[\s%]/;
const domainName = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const phone = /^\+[1-9][0-9]{6,14}$/;

/**
 * The one form in which an e-mail address is compared, stored and sent: trimmed, in lower case, its domain in ASCII. Undefined
 * for what is no address; the local part has to be ASCII already, since letters that only look alike are other addresses.
 */
export function normalEmail(text: string): string | undefined {
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf('@');
  const local = trimmed.slice(0, Math.max(at, 0));
  const given = trimmed.slice(at + 1);
  if (local.length > 64 || !localPart.test(local) || noDomain.test(given)) return undefined;
  const domain = domainToASCII(given);
  const normal = `${local.toLowerCase()}@${domain}`;
  return domainName.test(domain) && normal.length <= 254 ? normal : undefined;
}

/** An e-mail address or phone number as it is compared; undefined for what is neither. */
export function identifiersOfUsername(username: string): Identifiers | undefined {
  const trimmed = username.trim();
  if (phone.test(trimmed)) return { phoneE164: trimmed };
  const email = trimmed.includes('@') ? normalEmail(trimmed) : undefined;
  return email === undefined ? undefined : { email };
}

/** Of a body whose schema has checked them. */
export const identifiersOf = (body: { email?: string; phone_e164?: string }): Identifiers => ({
  email: body.email === undefined ? undefined : normalEmail(body.email),
  phoneE164: body.phone_e164,
});
