import { randomUUID } from 'node:crypto';
import type { Span } from '@opentelemetry/api';
import Router from '@koa/router';
import type Koa from 'koa';
import type { Context } from 'koa';
import { withCorrelation, type Correlation } from '../../db/shared/correlation.js';
import { failure } from '../../workflows/shared/failure.js';
import { errorReply } from './errors.js';
import type { FloodGuard } from './flood-guard.js';
import type { Logger } from './logger.js';
import type { RequestMetrics } from './request-metrics.js';
import { endRequestSpan, inRequestSpan } from './request-span.js';
import { writeReply } from './reply.js';
import type { Call, Handle, Reply, Route } from './route.js';
import { securityHeaders } from './security-headers.js';

export interface MountParts {
  routes: readonly Route[];
  pipeline: (route: Route) => Handle;
  floodGuard?: FloodGuard | undefined;
  logger: Logger;
  metrics?: RequestMetrics | undefined;
  /** Reads that were answered as asked are not logged. */
  logsReads?: boolean | undefined;
}

interface State {
  call: Call;
  reply: Reply;
  route?: Route;
}

/** Hangs the routes on the app: each has its pipeline prepared, and one frame around all of them answers and logs. */
export function mount(app: Koa, { routes, pipeline, floodGuard, logger, metrics, logsReads = true }: MountParts): void {
  // A router tries all of its routes, one after the other; of one depth there are few, however many there are in all.
  const routers = new Map<number, Router<State>>();
  for (const route of inOrderOfMatching(routes)) {
    const handle = pipeline(route);
    const depth = depthOf(route.path);
    const router = routers.get(depth) ?? new Router<State>();
    routers.set(depth, router);
    router[route.method](route.path, ({ state, params }) => {
      state.route = route;
      state.call.params = params;
      return handle(state.call).then((reply) => (state.reply = reply));
    });
  }

  app.use((ctx, next) => {
    const call = newCall(ctx);
    ctx.state['call'] = call;
    return inRequestSpan(ctx, (span) => withCorrelation(correlationOf(call), () => answer(ctx, call, next, span)));
  });
  const dispatchers = new Map([...routers].map(([depth, router]) => [depth, router.routes() as Koa.Middleware]));
  app.use((ctx, next) => dispatchers.get(depthOf(ctx.path))?.(ctx, next) ?? next());
  // The router's own allowedMethods answers without our envelope, and 501 to what HTTP knows.
  app.use((ctx) => {
    const matching = routers.get(depthOf(ctx.path))?.match(ctx.path, ctx.method).path ?? [];
    const allow = allowedMethods(matching.flatMap(({ methods }) => methods));
    if (allow.length === 0) throw failure('ROUTE_NOT_FOUND');
    ctx.set('Allow', allow.join(', '));
    if (ctx.method !== 'OPTIONS') throw failure('METHOD_NOT_ALLOWED', { allow });
    ctx.state['reply'] = { status: 204 } satisfies Reply;
  });

  async function answer(ctx: Context, call: Call, next: () => Promise<unknown>, span: Span): Promise<void> {
    const startedAt = performance.now();
    metrics?.started();
    for (const [name, value] of securityHeaders) ctx.res.setHeader(name, value);
    ctx.res.setHeader('X-Request-Id', call.requestId);
    let error: unknown;
    let reply: Reply;
    try {
      floodGuard?.admit(call);
      await next();
      reply = ctx.state['reply'] as Reply;
    } catch (thrown) {
      error = thrown;
      reply = errorReply(thrown, call.requestId);
      const tooMany = floodGuard?.refuse(call, reply.status);
      if (tooMany) reply = errorReply(tooMany, call.requestId);
    }
    const route = ctx.state['route'] as Route | undefined;
    writeReply(ctx, reply, route?.responses[reply.status]);
    const ms = performance.now() - startedAt;
    metrics?.ended({ route, status: ctx.status, ms });
    logRequest(ctx, call, route, ms, error);
    const { requestId, accountId } = call;
    endRequestSpan(span, { method: ctx.method, route, status: ctx.status, requestId, accountId });
  }

  /** The pattern, never the raw URL: ids in fields, nothing personal, few distinct values. */
  function logRequest(ctx: Context, call: Call, route: Route | undefined, ms: number, error: unknown): void {
    if (!logsReads && ctx.method === 'GET' && ctx.status < 400) return;
    const fields = {
      method: ctx.method,
      route: route?.path,
      status: ctx.status,
      ms: Math.round(ms * 10) / 10,
      request_id: call.requestId,
      account_id: call.accountId,
    };
    if (ctx.status === 500) logger.error({ ...fields, err: error }, 'request failed');
    else if (ctx.status > 500) logger.warn({ ...fields, err: error }, 'request not answered');
    else logger.info(fields, 'request');
  }
}

/** How many segments a path has; a slash at its end is none. */
function depthOf(path: string): number {
  let depth = 0;
  for (let at = path.indexOf('/'); at !== -1 && at < path.length - 1; at = path.indexOf('/', at + 1)) depth += 1;
  return depth;
}

/** The router takes the first that fits: a fixed segment before a parameter, whatever the order of declaration. */
function inOrderOfMatching(routes: readonly Route[]): Route[] {
  const seen = new Set<string>();
  for (const { method, path } of routes) {
    const key = `${method} ${path.replaceAll(/:\w+/g, ':')}`;
    if (seen.has(key)) throw new Error(`two routes are ${method.toUpperCase()} ${path}`);
    seen.add(key);
  }
  const rank = ({ path }: Route): string => path.replaceAll(/:\w+/g, '~');
  return [...routes].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

const allowedMethods = (methods: readonly string[]): string[] =>
  methods.length === 0 ? [] : [...new Set([...methods, 'OPTIONS'])];

/** Reads from the call as it goes: whose account it is about is known only once the guard has found it. */
const correlationOf = (call: Call): Correlation => ({
  correlationId: call.requestId,
  get accountId() {
    return call.accountId;
  },
});

const saneRequestId = /^[\w.:-]{1,128}$/;

function newCall(ctx: Context): Call {
  const given = ctx.get('X-Request-Id');
  return {
    ctx,
    requestId: saneRequestId.test(given) ? given : randomUUID(),
    clientIp: ctx.ip,
    header: (name) => ctx.get(name),
    params: {},
    query: undefined,
    body: undefined,
    caller: undefined,
    accountId: undefined,
    ifMatch: undefined,
    transaction: undefined,
    command: undefined,
    counted: [],
  };
}
