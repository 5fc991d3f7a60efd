import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import cors from '@koa/cors';
import Koa from 'koa';
import { isLoopbackHost } from '../processes/loopback.js';
import type { ErrorCode } from '../workflows/shared/error-codes.js';
import { failure } from '../workflows/shared/failure.js';
import type { Authenticator } from './route/caller.js';
import { createArrivals } from './limits/arrivals.js';
import { deviceHeader } from './authentication/device-tokens.js';
import { createDocsRoutes } from './openapi/docs.routes.js';
import { limitConnections } from './limits/connection-places.js';
import { errorReply } from './pipeline/errors.js';
import { createFloodGuard } from './limits/flood-guard.js';
import type { ResourceQueries } from './pipeline/owner.js';
import { createHealthRoutes, type ReadyCheck, type Version } from './shared/health.routes.js';
import { createHostCheck } from './limits/host.js';
import type { Logger } from './pipeline/logger.js';
import { replayedHeader } from './pipeline/idempotency.js';
import { mount } from './pipeline/mount.js';
import { createPipeline, type PipelineParts } from './pipeline/pipeline.js';
import { rateHeaders } from './limits/rate-limit.js';
import type { RequestMetrics } from './pipeline/request-metrics.js';
import type { Route } from './route/route.js';

export interface ApiParts {
  settings: ApiSettings;
  database: PipelineParts['database'];
  /** Answers to keyed requests, in the request's scope. */
  requests: PipelineParts['requests'];
  /** Without rate limits nothing is limited, as in tests of other subjects. */
  rateLimits?: PipelineParts['rateLimits'];
  authenticator: Authenticator;
  /** Of all domains; routes for development are left out in production. */
  routes: readonly Route[];
  resources: ResourceQueries;
  readyChecks: readonly ReadyCheck[];
  logger: Logger;
  metrics?: ApiMetrics;
}
interface ApiMetrics {
  requests: RequestMetrics;
  /** Answers /metrics, beside the routes: for operators of the API, not for clients. */
  answers(request: IncomingMessage, response: ServerResponse): boolean;
}
interface ApiSettings {
  isProduction: boolean;
  publicUrl: string;
  version: Version;
  hasDocs: boolean;
  /** Whether /docs offers demo logins; not when left out. */
  hasDemo?: boolean;
  /** Names of the API beside the public name. */
  allowedHosts?: readonly string[];
  /** Origins of browser pages allowed to call; none by default. */
  corsOrigins?: readonly string[];
  /** Trust the last X-Forwarded-For entry, written by a single proxy in front. */
  trustsProxy?: boolean;
  maxConnections?: number;
  /** Connections from the same address, without a proxy in front. */
  maxConnectionsOfPlace?: number;
  /** Log also successful reads; yes by default. */
  logsReads?: boolean;
  bodyLimitBytes?: number;
  deadlineMs?: number;
  /** Time between not being ready and not listening, for load balancers to notice. */
  drainDelayMs?: number;
}

export interface Api {
  /** All mounted routes. */
  routes: readonly Route[];
  callback: (request: IncomingMessage, response: ServerResponse) => void;
  listen(port: number, host: string): Promise<Server>;
  /** Not ready → not listening → requests in flight finished, or cut off after 15 s. */
  drain(): Promise<void>;
}

const inFlightMs = 15_000;
const maxConnections = 10_000;
/**
 * How long a connection stays open after the last answer, for the client to read the answer and
 * hang up.
 */
const hangUpMs = 1_000;
/** Checked every second, so that a silent or slow client is gone when the time is over. */
const timeouts = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1_000,
};
/** Request and response headers open to pages of other origins. */
const allowedHeaders = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'Last-Event-ID',
  'X-API-Key',
  'X-Account-Id',
  'X-Device-Token',
  'X-Request-Id',
  'traceparent',
];
const exposedHeaders = [
  'ETag',
  'Link',
  'Location',
  'Retry-After',
  'X-Request-Id',
  replayedHeader,
  ...rateHeaders,
  deviceHeader,
];

export function createApi({ settings, readyChecks, logger, metrics, ...parts }: ApiParts): Api {
  const { isProduction, version, publicUrl, corsOrigins = [] } = settings;
  let isDraining = false;
  let server: Server | undefined;

  const routes: Route[] = [
    ...createHealthRoutes({ checks: readyChecks, isDraining: () => isDraining, version }),
    ...createDocsRoutes({
      allRoutes: () => routes,
      version: version.version,
      publicUrl,
      hasPage: settings.hasDocs,
      hasDemo: settings.hasDemo ?? false,
    }),
    ...parts.routes.filter(({ access }) => !(isProduction && access.kind === 'developmentOnly')),
  ];
  const app = new Koa({ proxy: settings.trustsProxy ?? false, maxIpsCount: 1 });
  app.on('error', (error: unknown) => logger.warn({ err: error }, 'an answer was not sent whole'));
  if (corsOrigins.length > 0 || !isProduction)
    app.use(crossOrigin(corsOrigins, { allowsLoopback: !isProduction }));
  const { bodyLimitBytes = 256 * 1024, deadlineMs = 10_000 } = settings;
  const floodGuard = parts.rateLimits && createFloodGuard(parts.rateLimits.floods);
  const pipeline = createPipeline({
    authenticator: parts.authenticator,
    resources: parts.resources,
    database: parts.database,
    requests: parts.requests,
    rateLimits: parts.rateLimits,
    floodGuard,
    bodyLimitBytes,
    deadlineMs,
    validateResponses: !isProduction,
  });
  const arrivals = createArrivals();
  const { logsReads } = settings;
  mount(app, {
    routes,
    pipeline,
    arrivals,
    floodGuard,
    logger,
    metrics: metrics?.requests,
    logsReads,
  });
  const handle = app.callback();
  const refusalOfHost = createHostCheck(settings);

  const callback: Api['callback'] = (request, response) => {
    // While draining, a kept-alive connection ends with the current answer.
    if (isDraining) response.shouldKeepAlive = false;
    const refusal = refusalOfHost(request);
    if (refusal !== undefined) return refuseRequest(response, refusal);
    if (metrics?.answers(request, response)) return;
    void handle(request, response);
  };
  return {
    routes,
    callback,
    async listen(port, host) {
      const limits = { ...timeouts, maxHeaderSize: 16 * 1024 };
      server = createServer(limits, callback)
        .on('clientError', refuse)
        // Without a listener Node would close the connection without a word.
        .on('connect', (_request, socket: Socket) => answer(socket, ...notImplemented));
      arrivals.watch(server);
      const maxOfPlace = settings.trustsProxy ? undefined : settings.maxConnectionsOfPlace;
      limitConnections(server, { max: settings.maxConnections ?? maxConnections, maxOfPlace });
      await listening(server, port, host);
      return server;
    },
    async drain() {
      isDraining = true;
      if (!server) return;
      await new Promise((resolve) => setTimeout(resolve, settings.drainDelayMs ?? 0));
      await closed(server);
      arrivals.stop();
    },
  };
}

/** In development any port of the local machine may call, since developers serve pages there. */
const crossOrigin = (origins: readonly string[], { allowsLoopback }: { allowsLoopback: boolean }) =>
  cors({
    origin: ({ headers: { origin = '' } }) =>
      origins.includes(origin) || (allowsLoopback && isLoopbackOrigin(origin)) ? origin : '',
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowHeaders: allowedHeaders,
    exposeHeaders: exposedHeaders,
    maxAge: 600,
  });

function isLoopbackOrigin(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, hostname } = new URL(origin);
  return /^https?:$/.test(protocol) && isLoopbackHost(hostname);
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function closed(server: Server): Promise<void> {
  const cutOff = setTimeout(() => server.closeAllConnections(), inFlightMs);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(cutOff);
}

/**
 * Refuses a request before any route. The connection ends: bytes behind the request were meant for
 * another server too.
 */
function refuseRequest(response: ServerResponse, code: ErrorCode): void {
  const { status, body } = errorReply(failure(code), randomUUID());
  response
    .writeHead(status, {
      'Content-Type': 'application/json',
      'X-Request-Id': body.request_id,
      Connection: 'close',
    })
    .end(JSON.stringify(body));
}

/**
 * Bytes other than HTTP, or beyond HTTP's limits, never become a request; the answer is the same
 * envelope.
 */
function refuse(
  { code, rawPacket }: NodeJS.ErrnoException & { rawPacket?: Buffer },
  socket: Socket,
): void {
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const isForeignMethod =
    code === 'HPE_INVALID_METHOD' && requestLine.test(rawPacket?.toString('latin1') ?? '');
  answer(socket, ...(isForeignMethod ? notImplemented : (refusals[code ?? ''] ?? unreadable)));
}

function answer(socket: Socket, status: string, code: ErrorCode, message: string): void {
  const body = JSON.stringify({ error_code: code, message, details: {}, request_id: '' });
  const head = `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
  socket.end(`${head}\r\n\r\n${body}`);
  // HTTP's time-outs no longer apply to the connection, and unread bytes would hide a hang-up of
  // the client.
  const hangUp = setTimeout(() => socket.destroy(), hangUpMs);
  socket.resume().once('close', () => clearTimeout(hangUp));
}
type Refusal = readonly [status: string, code: ErrorCode, message: string];
const unreadable: Refusal = [
  '400 Bad Request',
  'MALFORMED_REQUEST',
  'The request could not be read.',
];
/** RFC 9110's answer to a method unknown to every resource of the server. */
const notImplemented: Refusal = [
  '501 Not Implemented',
  'METHOD_NOT_ALLOWED',
  'No route has this method.',
];
const refusals: Record<string, Refusal> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    'MALFORMED_REQUEST',
    'The headers are larger than allowed.',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [
    '408 Request Timeout',
    'MALFORMED_REQUEST',
    'The request was not sent in time.',
  ],
};
/** A request line with any method of HTTP's grammar, known or not. */
const requestLine = /^[\w!#$%&'*+.^`|~-]+ \S+ HTTP\/1\.[01]\r?\n/;
