import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { errorCodes, type ErrorCode } from '../../../workflows/shared/error-codes.js';
import type { Part } from '../../../processes/part.js';

interface EndpointParts {
  expose: () => Promise<string>;
  isProduction: boolean;
  /** METRICS_TOKEN: in production only the holder may look. */
  token: string | undefined;
}
/** Answers a request for /metrics and returns true; false for any other request. */
export type MetricsEndpoint = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * GET /metrics, the same at the API and on a port of its own. Open in development; in production
 * for the bearer of the token: an address says nothing of the caller, since behind a proxy or a
 * published port every address is private.
 */
export function createMetricsEndpoint({ expose, ...rules }: EndpointParts): MetricsEndpoint {
  function answer(request: IncomingMessage, response: ServerResponse): void {
    if (request.method !== 'GET')
      return refuse(response.setHeader('Allow', 'GET'), 405, 'METHOD_NOT_ALLOWED');
    if (!mayScrape(request, rules)) return refuse(response, 403, 'FORBIDDEN');
    void expose().then(
      (text) => {
        const headers = {
          'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
          'Cache-Control': 'no-store',
        };
        response.writeHead(200, { ...headers, 'X-Request-Id': randomUUID() }).end(text);
      },
      () => refuse(response, 500, 'INTERNAL_ERROR'),
    );
  }
  return (request, response) => {
    if (!/^\/metrics(\?|$)/.test(request.url ?? '')) return false;
    answer(request, response);
    return true;
  };
}

/** The endpoint where nothing else listens: workers, relay, gateway. */
export async function listenForScrapes(
  endpoint: MetricsEndpoint,
  port: number,
  host: string,
): Promise<Part & { port: number }> {
  const server = createServer(
    { headersTimeout: 5_000, requestTimeout: 10_000 },
    (request, response) => {
      if (!endpoint(request, response)) refuse(response, 404, 'ROUTE_NOT_FOUND');
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function mayScrape(
  { headers }: IncomingMessage,
  { isProduction, token }: Omit<EndpointParts, 'expose'>,
): boolean {
  if (!isProduction) return true;
  return token !== undefined && isSame(headers.authorization ?? '', `Bearer ${token}`);
}

/** The time of a comparison does not depend on the first difference. */
function isSame(token: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(token), digest(wanted));
}

function refuse(response: ServerResponse, status: number, code: ErrorCode): void {
  const requestId = randomUUID();
  const body = {
    error_code: code,
    message: errorCodes[code].message,
    details: {},
    request_id: requestId,
  };
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'X-Request-Id': requestId,
  });
  response.end(JSON.stringify(body));
}
