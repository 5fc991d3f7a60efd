import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import cors from '@koa/cors';
import Koa from 'koa';
import { isLoopbackHost } from '../processes/loopback.js';
import type { Database } from '../db/shared/database.js';
import type { ErrorCode } from '../workflows/shared/error-codes.js';
import { failure } from '../workflows/shared/failure.js';
import type { Authenticator } from './shared/caller.js';
import { createArrivals } from './shared/arrivals.js';
import { deviceHeader } from './shared/device-tokens.js';
import { createDocsRoutes } from './shared/docs.routes.js';
import { limitConnections } from './shared/connection-places.js';
import { errorReply } from './shared/errors.js';
import { createFloodGuard } from './shared/flood-guard.js';
import type { ResourceStatements } from './shared/guard.js';
import { createHealthRoutes, type ReadyCheck, type Version } from './shared/health.routes.js';
import { createHostCheck } from './shared/host.js';
import type { Logger } from './shared/logger.js';
import { replayedHeader } from './shared/idempotency.js';
import { mount } from './shared/mount.js';
import { createPipeline, type PipelineParts } from './shared/pipeline.js';
import { rateHeaders } from './shared/rate-limit.js';
import type { RequestMetrics } from './shared/request-metrics.js';
import type { Route } from './shared/route.js';

export interface ApiParts {
  settings: ApiSettings;
  database: Pick<Database, 'read' | 'together'>;
  /** What is remembered of keyed requests, and of commands. */
  requests: PipelineParts['requests'];
  /** Without it nothing is limited, as in tests of other things. */
  rateLimits?: PipelineParts['rateLimits'];
  authenticator: Authenticator;
  /** Of all domains; routes for development are left out in production. */
  routes: readonly Route[];
  resources: ResourceStatements;
  readyChecks: readonly ReadyCheck[];
  logger: Logger;
  metrics?: ApiMetrics;
}
export interface ApiMetrics {
  requests: RequestMetrics;
  /** Answers /metrics, beside the routes: it is for those who run the API, not for its clients. */
  answers(request: IncomingMessage, response: ServerResponse): boolean;
}
export interface ApiSettings {
  isProduction: boolean;
  publicUrl: string;
  version: Version;
  hasDocs: boolean;
  /** Whether /docs offers demo logins; not when left out. */
  hasDemo?: boolean;
  /** Names that the API answers to beside its public one. */
  allowedHosts?: readonly string[];
  /** Origins that browsers may call from; none by default. */
  corsOrigins?: readonly string[];
  /** Believe the last X-Forwarded-For entry, which one proxy in front has written. */
  trustsProxy?: boolean;
  maxConnections?: number;
  /** Connections from one address, where no proxy is in front. */
  maxConnectionsOfPlace?: number;
  /** Log also reads that were answered as asked; yes by default. */
  logsReads?: boolean;
  bodyLimitBytes?: number;
  deadlineMs?: number;
  /** Time between not being ready and not listening, for load balancers to notice. */
  drainDelayMs?: number;
}

export interface Api {
  /** Every route that is mounted. */
  routes: readonly Route[];
  callback: (request: IncomingMessage, response: ServerResponse) => void;
  listen(port: number, host: string): Promise<Server>;
  /** Not ready → not listening → requests in flight finished, or cut off after 15 s. */
  drain(): Promise<void>;
}

const inFlightMs = 15_000;
const maxConnections = 10_000;
/** How long a connection stays whose last answer has been sent, for the other side to read it and hang up. */
const hangUpMs = 1_000;
/** Looked at every second, so that who sends nothing or too slowly is gone when the time is over. */
const timeouts = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 1_000 };
/** What pages of other origins may send, and read. */
const allowedHeaders = [
  ...['Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match', 'If-None-Match'],
  ...['Last-Event-ID', 'X-Account-Id', 'X-Device-Token', 'X-Request-Id', 'traceparent'],
];
const exposedHeaders = [
  ...['ETag', 'Link', 'Location', 'Retry-After', 'X-Request-Id'],
  ...[replayedHeader, ...rateHeaders, deviceHeader],
];

export function createApi({ settings, readyChecks, logger, metrics, ...parts }: ApiParts): Api {
  const { isProduction, version, publicUrl, corsOrigins = [] } = settings;
  let isDraining = false;
  let server: Server | undefined;

  const routes: Route[] = [
    ...createHealthRoutes({ checks: readyChecks, isDraining: () => isDraining, version }),
    ...createDocsRoutes({
      ...{ allRoutes: () => routes, version: version.version, publicUrl },
      ...{ hasPage: settings.hasDocs, hasDemo: settings.hasDemo ?? false },
    }),
    ...parts.routes.filter(({ access }) => !(isProduction && access.kind === 'developmentOnly')),
  ];
  const app = new Koa({ proxy: settings.trustsProxy ?? false, maxIpsCount: 1 });
  app.on('error', (error: unknown) => logger.warn({ err: error }, 'an answer was not sent whole'));
  if (corsOrigins.length > 0 || !isProduction) app.use(crossOrigin(corsOrigins, { allowsLoopback: !isProduction }));
  const { bodyLimitBytes = 256 * 1024, deadlineMs = 10_000 } = settings;
  const floodGuard = parts.rateLimits && createFloodGuard(parts.rateLimits.floods);
  const pipeline = createPipeline({
    ...{ authenticator: parts.authenticator, resources: parts.resources },
    ...{ read: parts.database.read, database: parts.database, requests: parts.requests },
    rateLimits: parts.rateLimits,
    floodGuard,
    ...{ bodyLimitBytes, deadlineMs, validateResponses: !isProduction },
  });
  const arrivals = createArrivals();
  const { logsReads } = settings;
  mount(app, { routes, pipeline, arrivals, floodGuard, logger, metrics: metrics?.requests, logsReads });
  const handle = app.callback();
  const refusalOfHost = createHostCheck(settings);

  const callback: Api['callback'] = (request, response) => {
    // While draining, a kept-alive connection ends with its current answer.
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

/** In development any port of this machine may call, since that is where the pages of who develops are served from. */
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

/** Of a request that no route gets to see. The connection ends: what follows on it was meant for somebody else, too. */
function refuseRequest(response: ServerResponse, code: ErrorCode): void {
  const { status, body } = errorReply(failure(code), randomUUID());
  response
    .writeHead(status, { 'Content-Type': 'application/json', 'X-Request-Id': body.request_id, Connection: 'close' })
    .end(JSON.stringify(body));
}

/** What is not HTTP, or not within its limits, never becomes a request; it gets the same envelope. */
function refuse({ code, rawPacket }: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const isForeignMethod = code === 'HPE_INVALID_METHOD' && requestLine.test(rawPacket?.toString('latin1') ?? '');
  answer(socket, ...(isForeignMethod ? notImplemented : (refusals[code ?? ''] ?? unreadable)));
}

function answer(socket: Socket, status: string, code: ErrorCode, message: string): void {
  const body = JSON.stringify({ error_code: code, message, details: {}, request_id: '' });
  const head = `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
  socket.end(`${head}\r\n\r\n${body}`);
  // No time-out of HTTP counts for this connection any more, and unread bytes would hide that the other side has gone.
  const hangUp = setTimeout(() => socket.destroy(), hangUpMs);
  socket.resume().once('close', () => clearTimeout(hangUp));
}
type Refusal = readonly [status: string, code: ErrorCode, message: string];
const unreadable: Refusal = ['400 Bad Request', 'MALFORMED_REQUEST', 'The request could not be read.'];
/** As RFC 9110 has it for a method that no resource of the server knows. */
const notImplemented: Refusal = ['501 Not Implemented', 'METHOD_NOT_ALLOWED', 'No route has this method.'];
const refusals: Record<string, Refusal> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    'MALFORMED_REQUEST',
    'The headers are larger than allowed.',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'MALFORMED_REQUEST', 'The request was not sent in time.'],
};
/** Of a method that HTTP's grammar allows, whether anybody knows it or not. */
const requestLine = /^[\w!#$%&'*+.^`|~-]+ \S+ HTTP\/1\.[01]\r?\n/;
