import { isIPv4 } from 'node:net';

/** Whether a name or address is loopback's; with or without the brackets of IPv6. */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '');
  return name === 'localhost' || name === '::1' || (isIPv4(name) && name.startsWith('127.'));
}

/** The name in a `Host` header or an authority, without the port; undefined in another text. */
export const hostName = (authority: string): string | undefined =>
  /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+?)\.?(:\d{1,5})?$/i.exec(authority)?.[1]?.toLowerCase();
