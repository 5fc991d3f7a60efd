import type { ServerResponse } from 'node:http';
import helmet from 'helmet';

/** An API serves no pages: browsers may load, frame or run nothing from an answer. */
export const securityHeaders = Object.entries(
  recorded({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    xFrameOptions: { action: 'deny' },
    // Headers for obsolete browsers, or for pages of other origins; each header costs bytes in
    // every answer.
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  }),
);

/** Policy of our own pages: own scripts and styles, and nothing from elsewhere. */
export const pagePolicy = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'",
};

/** Helmet's headers do not depend on the request, so Helmet runs once and not on every request. */
function recorded(options: Parameters<typeof helmet>[0]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  const recorder = {
    setHeader: (name: string, value: string) => (headers[name] = value),
    removeHeader: () => undefined,
  };
  helmet(options)({} as never, recorder as unknown as ServerResponse, () => undefined);
  return headers;
}
