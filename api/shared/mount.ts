import { randomUUID } from 'node:crypto';
import Router from '@koa/router';
import type Koa from 'koa';
import type { Context } from 'koa';
import { withCorrelation } from '../../db/shared/correlation.js';
import { failure } from '../../workflows/shared/failure.js';
import { errorReply } from './errors.js';
import type { Logger } from './logger.js';
import { writeReply } from './reply.js';
import type { Call, Handle, Reply, Route } from './route.js';
import { securityHeaders } from './security-headers.js';

export interface MountParts {
  routes: readonly Route[];
  pipeline: (route: Route) => Handle;
  logger: Logger;
}

/** Hangs the routes on the app: each has its pipeline prepared, and one frame around all of them answers and logs. */
export function mount(app: Koa, { routes, pipeline, logger }: MountParts): void {
  const router = new Router<{ call: Call; reply: Reply; route?: Route }>();
  for (const route of inOrderOfMatching(routes)) {
    const handle = pipeline(route);
    router[route.method](route.path, async ({ state, params }) => {
      state.route = route;
      state.call.params = params;
      state.reply = await handle(state.call);
    });
  }

  app.use(async (ctx, next) => {
    const startedAt = performance.now();
    const call = newCall(ctx);
    ctx.state['call'] = call;
    for (const [name, value] of securityHeaders) ctx.res.setHeader(name, value);
    ctx.res.setHeader('X-Request-Id', call.requestId);
    let error: unknown;
    let reply: Reply;
    try {
      await withCorrelation({ correlationId: call.requestId }, next);
      reply = ctx.state['reply'] as Reply;
    } catch (thrown) {
      error = thrown;
      reply = errorReply(thrown, call.requestId);
    }
    const route = ctx.state['route'] as Route | undefined;
    writeReply(ctx, reply, route?.responses[reply.status]);
    logRequest(ctx, call, route, performance.now() - startedAt, error);
  });
  app.use(router.routes());
  // The router's own allowedMethods answers without our envelope, and 501 to what HTTP knows.
  app.use((ctx) => {
    const allow = allowedMethods(router.match(ctx.path, ctx.method).path.flatMap(({ methods }) => methods));
    if (allow.length === 0) throw failure('ROUTE_NOT_FOUND');
    ctx.set('Allow', allow.join(', '));
    if (ctx.method !== 'OPTIONS') throw failure('METHOD_NOT_ALLOWED', { allow });
    ctx.state['reply'] = { status: 204 } satisfies Reply;
  });

  /** The pattern, never the raw URL: ids in fields, nothing personal, few distinct values. */
  function logRequest(ctx: Context, call: Call, route: Route | undefined, ms: number, error: unknown): void {
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

const saneRequestId = /^[\w.:-]{1,128}$/;

function newCall(ctx: Context): Call {
  const given = ctx.get('X-Request-Id');
  return {
    ctx,
    requestId: saneRequestId.test(given) ? given : randomUUID(),
    clientIp: ctx.ip,
    params: {},
    query: undefined,
    body: undefined,
    caller: undefined,
    accountId: undefined,
    ifMatch: undefined,
    transaction: undefined,
  };
}
