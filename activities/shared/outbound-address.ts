import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * Which addresses an outgoing call may reach. Private ones (with loopback) are for development; link-local is never
 * reached, since that is where clouds hand out their credentials.
 */
export interface AddressPolicy {
  allowsPrivate: boolean;
}

const privateRanges: readonly string[] = ['private', 'uniqueLocal', 'loopback'];

/** Addresses that stand for others (mapped, NAT64, 6to4, Teredo) have ranges of their own and are refused whole. */
export function isReachable(address: string, { allowsPrivate }: AddressPolicy): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (allowsPrivate && privateRanges.includes(range)) return true;
  if (range !== 'unicast') return false;
  // Of IPv6 only 2000::/3 has been given out for the public; the library calls the rest unicast too.
  return parsed instanceof ipaddr.IPv4 || ((parsed.parts[0] ?? 0) & 0xe000) === 0x2000;
}

export const urlRefusals = ['MALFORMED', 'SCHEME', 'CREDENTIALS', 'PORT', 'ADDRESS'] as const;
export type UrlRefusal = (typeof urlRefusals)[number];

/**
 * What the text of a URL alone gives away; undefined when there is nothing against it yet. The parser of URLs has turned
 * decimal, hexadecimal and octal hosts into dotted ones by then.
 */
export function refusalOfUrl(text: string, policy: AddressPolicy): UrlRefusal | undefined {
  // The parser leaves line breaks and tabs out, and spaces at the ends: what is checked would not be what was given.
  if (unclean.test(text) || !URL.canParse(text)) return 'MALFORMED';
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(policy.allowsPrivate && url.protocol === 'http:')) return 'SCHEME';
  if (url.username !== '' || url.password !== '') return 'CREDENTIALS';
  // Below 1024 other protocols listen, which a stranger's request has no business with.
  if (url.port !== '' && Number(url.port) < 1024 && !['80', '443'].includes(url.port)) return 'PORT';
  const host = hostOf(url);
  if (isIP(host) !== 0) return isReachable(host, policy) ? undefined : 'ADDRESS';
  return !policy.allowsPrivate && /(^|\.)localhost$/.test(host) ? 'ADDRESS' : undefined;
}

const unclean = /[\p{Cc}\s]/u;

/** Without the brackets of IPv6 and the dot that ends a full name. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
