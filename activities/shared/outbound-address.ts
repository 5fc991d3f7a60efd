import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * The addresses allowed for an outgoing call. Private addresses (with loopback) are for
 * development; link-local is never reached, since clouds hand out credentials there.
 */
interface AddressPolicy {
  allowsPrivate: boolean;
}

const privateRanges: readonly string[] = ['private', 'uniqueLocal', 'loopback'];

/**
 * Addresses standing for others (mapped, NAT64, 6to4, Teredo) have ranges of their own and are
 * refused whole.
 */
export function isReachable(address: string, { allowsPrivate }: AddressPolicy): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (allowsPrivate && privateRanges.includes(range)) return true;
  if (range !== 'unicast') return false;
  // Of IPv6 only 2000::/3 has been given out for the public; the library calls the rest unicast
  // too.
  return parsed instanceof ipaddr.IPv4 || ((parsed.parts[0] ?? 0) & 0xe000) === 0x2000;
}

export type UrlRefusal = 'MALFORMED' | 'SCHEME' | 'CREDENTIALS' | 'PORT' | 'ADDRESS';

/**
 * The refusal by the text of a URL alone; undefined without an objection yet. The URL parser has
 * already turned decimal, hexadecimal and octal hosts into dotted hosts.
 */
export function refusalOfUrl(text: string, policy: AddressPolicy): UrlRefusal | undefined {
  // The parser drops line breaks, tabs and outer spaces, so the checked URL would differ from the
  // given text.
  if (unclean.test(text) || !URL.canParse(text)) return 'MALFORMED';
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(policy.allowsPrivate && url.protocol === 'http:'))
    return 'SCHEME';
  if (url.username !== '' || url.password !== '') return 'CREDENTIALS';
  // Below 1024 other protocols listen, no business of a stranger's request.
  if (url.port !== '' && Number(url.port) < 1024 && !['80', '443'].includes(url.port))
    return 'PORT';
  const host = hostOf(url);
  if (isIP(host) !== 0) return isReachable(host, policy) ? undefined : 'ADDRESS';
  return !policy.allowsPrivate && /(^|\.)localhost$/.test(host) ? 'ADDRESS' : undefined;
}

const unclean = /[\p{Cc}\s]/u;

/** The host without the brackets of IPv6 and without the dot at the end of a full name. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
