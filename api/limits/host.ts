import type { IncomingMessage } from 'node:http';
import { hostName, isLoopbackHost } from '../../processes/loopback.js';
import type { ErrorCode } from '../../workflows/shared/error-codes.js';
import { isProbe } from '../route/probe.js';

interface HostRules {
  isProduction: boolean;
  publicUrl: string;
  /** Names beside the public name. In production without the option, any name is answered. */
  allowedHosts?: readonly string[] | undefined;
}

/**
 * Says why a request is for another server. In development only names of the local machine are
 * answered: a web page with its own name pointed at loopback (DNS rebinding) sends its own name,
 * and would otherwise read the mailbox. In production every name still needs a bearer token, so
 * names are checked only where configured, and never of a probe, since probes ask by address.
 */
export function createHostCheck({ isProduction, publicUrl, allowedHosts = [] }: HostRules) {
  const names = new Set([
    hostName(new URL(publicUrl).host),
    ...allowedHosts.map((name) => name.toLowerCase()),
  ]);
  const isOpen = isProduction && allowedHosts.length === 0;
  const isKnown = (host: string): boolean => {
    const name = hostName(host);
    return name !== undefined && (names.has(name) || (!isProduction && isLoopbackHost(name)));
  };
  return (request: IncomingMessage): ErrorCode | undefined => {
    if (hasTwoHosts(request.rawHeaders)) return 'MALFORMED_REQUEST';
    if (isOpen || isKnown(request.headers.host ?? '')) return undefined;
    return isProduction && isProbe(request.url ?? '') ? undefined : 'MISDIRECTED_REQUEST';
  };
}

/**
 * Node keeps the first Host header and is silent about the second; a proxy in front may have used
 * the second (RFC 9112, 3.2).
 */
function hasTwoHosts(rawHeaders: readonly string[]): boolean {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count > 1;
}
