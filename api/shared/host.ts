import type { IncomingMessage } from 'node:http';
import { hostName, isLoopbackHost } from '../../processes/loopback.js';
import type { ErrorCode } from '../../workflows/shared/error-codes.js';
import { isProbe } from './probe.js';

export interface HostRules {
  isProduction: boolean;
  publicUrl: string;
  /** Names beside the public one. In production any name is answered where none is given. */
  allowedHosts?: readonly string[] | undefined;
}

/**
 * Says why a request is not for this server. In development only names of this machine are answered: a web page that has led
 * its own name to loopback (DNS rebinding) sends that name, and would otherwise read the mailbox. In production a bearer token
 * is asked for whatever the name is, so names are looked at only where they are configured, and never of a probe, which asks
 * by address.
 */
export function createHostCheck({ isProduction, publicUrl, allowedHosts = [] }: HostRules) {
  const known = new Set([hostName(new URL(publicUrl).host), ...allowedHosts.map((name) => name.toLowerCase())]);
  const isOpen = isProduction && allowedHosts.length === 0;
  const isKnown = (host: string): boolean => {
    const name = hostName(host);
    return name !== undefined && (known.has(name) || (!isProduction && isLoopbackHost(name)));
  };
  return (request: IncomingMessage): ErrorCode | undefined => {
    if (hasTwoHosts(request.rawHeaders)) return 'MALFORMED_REQUEST';
    if (isOpen || isKnown(request.headers.host ?? '')) return undefined;
    return isProduction && isProbe(request.url ?? '') ? undefined : 'MISDIRECTED_REQUEST';
  };
}

/** Node keeps the first of them and says nothing; whoever stands in front may have believed the other (RFC 9112, 3.2). */
function hasTwoHosts(rawHeaders: readonly string[]): boolean {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count > 1;
}
