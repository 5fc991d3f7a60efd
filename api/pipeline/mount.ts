import { randomUUID } from 'node:crypto';
import type { Span } from '@opentelemetry/api';
import Router from '@koa/router';
import type Koa from 'koa';
import type { Context } from 'koa';
import type { ReadScope } from '../../db/connection/database.js';
import { withCorrelation, type Correlation } from '../../db/shared/correlation.js';
import { failure } from '../../workflows/shared/failure.js';
import { errorReply } from './errors.js';
import type { Arrivals } from '../limits/arrivals.js';
import type { FloodGuard } from '../limits/flood-guard.js';
import type { Logger } from './logger.js';
import type { RequestMetrics } from './request-metrics.js';
import { endRequestSpan, inRequestSpan } from './request-span.js';
import { writeReply } from './reply.js';
import type { Call, Handle, Reply, Route } from '../route/route.js';
import { securityHeaders } from './security-headers.js';

interface MountParts {
  routes: readonly Route[];
  pipeline: (route: Route) => Handle;
  arrivals: Pick<Arrivals, 'of'>;
  floodGuard?: FloodGuard | undefined;
  logger: Logger;
  metrics?: RequestMetrics | undefined;
  /** Whether successful reads are logged. */
  logsReads?: boolean | undefined;
}

interface State {
  call: Call;
  reply: Reply;
  route?: Route;
}

/**
 * Mounts the routes on the app: each with a prepared pipeline, and a single frame around all for
 * answer and log.
 */
export function mount(app: Koa, parts: MountParts): void {
  const { routes, pipeline, arrivals, floodGuard, logger, metrics, logsReads = true } = parts;
  // A router tries all of its paths in turn; few paths share a depth, however many paths the app
  // has.
  const routers = new Map<number, Router<State>>();
  for (const [path, ofPath] of inOrderOfMatching(routes)) {
    const depth = depthOf(path);
    const router = routers.get(depth) ?? new Router<State>();
    routers.set(depth, router);
    const prepared = new Map<string, readonly [Route, Handle]>();
    for (const route of ofPath) {
      const handle = pipeline(route);
      for (const name of methodsOf(route)) prepared.set(name, [route, handle]);
    }
    const allow = [...prepared.keys(), 'OPTIONS'].sort();
    // All methods, so that a matching path never falls through to a less special path.
    router.all(path, (ctx) => {
      const [route, handle] = prepared.get(ctx.method) ?? [];
      if (!route || !handle) return answerMethods(ctx, allow);
      const { state, params } = ctx;
      state.route = route;
      state.call.params = params;
      return handle(state.call).then((reply) => (state.reply = reply));
    });
  }

  app.use((ctx, next) => {
    const call = newCall(ctx, arrivals.of(ctx.req));
    ctx.state['call'] = call;
    return inRequestSpan(ctx, (span) =>
      withCorrelation(correlationOf(call), () => answer(ctx, call, next, span)),
    );
  });
  const dispatchers = new Map(
    [...routers].map(([depth, router]) => [depth, router.routes() as Koa.Middleware]),
  );
  app.use((ctx, next) => dispatchers.get(depthOf(ctx.path))?.(ctx, next) ?? next());
  app.use(() => {
    throw failure('ROUTE_NOT_FOUND');
  });

  async function answer(
    ctx: Context,
    call: Call,
    next: () => Promise<unknown>,
    span: Span,
  ): Promise<void> {
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
      reply = errorReply(thrown, call.requestId, call.params['account_id']);
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
  function logRequest(
    ctx: Context,
    call: Call,
    route: Route | undefined,
    ms: number,
    error: unknown,
  ): void {
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

/** Segments of a path; a trailing slash adds none. */
function depthOf(path: string): number {
  let depth = 0;
  for (
    let at = path.indexOf('/');
    at !== -1 && at < path.length - 1;
    at = path.indexOf('/', at + 1)
  )
    depth += 1;
  return depth;
}

/** Answers OPTIONS with the path's methods, and any other method with a refusal. */
function answerMethods(ctx: Context, allow: readonly string[]): void {
  ctx.set('Allow', allow.join(', '));
  if (ctx.method !== 'OPTIONS') throw failure('METHOD_NOT_ALLOWED', { allow });
  ctx.state['reply'] = { status: 204 } satisfies Reply;
}

/** The routes of each path, in matching order: a fixed segment before a parameter. */
function inOrderOfMatching(routes: readonly Route[]): (readonly [path: string, Route[]])[] {
  const paths = new Map<string, Route[]>();
  for (const route of routes) {
    const rank = route.path.replaceAll(/:\w+/g, '~');
    const ofPath = paths.get(rank) ?? [];
    for (const other of ofPath) {
      if (other.path !== route.path)
        throw new Error(`${other.path} and ${route.path} are one path`);
      if (other.method === route.method)
        throw new Error(`two routes are ${route.method.toUpperCase()} ${route.path}`);
    }
    paths.set(rank, [...ofPath, route]);
  }
  return [...paths]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, ofPath]) => [ofPath[0]?.path ?? '', ofPath] as const);
}

const methodsOf = ({ method }: Route): string[] =>
  method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()];

/** Reads from the call lazily: the account is known only after the guard. */
const correlationOf = (call: Call): Correlation => ({
  correlationId: call.requestId,
  get accountId() {
    return call.accountId;
  },
});

/** Scope of a call before the pipeline has found the tenant context. */
const unscoped = {
  get context(): never {
    throw new Error('a request without a scope');
  },
} as unknown as ReadScope;

const saneRequestId = /^[\w.:-]{1,128}$/;

function newCall(ctx: Context, arrivedMs: number): Call {
  const given = ctx.get('X-Request-Id');
  return {
    ctx,
    requestId: saneRequestId.test(given) ? given : randomUUID(),
    clientIp: ctx.ip,
    arrivedMs,
    header: (name) => ctx.get(name),
    params: {},
    query: undefined,
    body: undefined,
    upload: undefined,
    caller: undefined,
    accountId: undefined,
    surroundings: undefined,
    ifMatch: undefined,
    scope: unscoped,
    command: undefined,
    audited: undefined,
    counted: [],
  };
}
