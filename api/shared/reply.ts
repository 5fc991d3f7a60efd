import type { Context } from 'koa';
import type { TSchema } from 'typebox';
import { mediaTypeOf, type Reply } from './route.js';

/** Writes a reply: JSON unless its schema names another media type, with the headers that follow from the body. */
export function writeReply(ctx: Context, { status, body, headers }: Reply, schema: TSchema | null | undefined): void {
  const mediaType = schema ? mediaTypeOf(schema) : undefined;
  if (body === undefined) ctx.body = null;
  else if (mediaType === undefined) writeJson(ctx, body);
  else {
    ctx.set('Content-Type', mediaType);
    ctx.body = body;
  }
  ctx.status = status;
  if (headers) ctx.set(headers);
  const isTagged = ctx.res.hasHeader('ETag');
  // Whoever may keep a tagged answer must ask again before using it; anything else is not kept at all.
  if (!ctx.res.hasHeader('Cache-Control')) ctx.set('Cache-Control', isTagged ? 'private, no-cache' : 'no-store');
  // An answer that may not be kept may hold more than its tag covers, as a reservoir's level does.
  const mayBeKept = ctx.response.get('Cache-Control') !== 'no-store';
  if (isTagged && mayBeKept && status === 200 && ctx.get('If-None-Match') !== '' && ctx.fresh) {
    ctx.body = null;
    ctx.status = 304;
  }
}

function writeJson(ctx: Context, body: unknown): void {
  const { etag, next_cursor: nextCursor } = Object(body) as { etag?: unknown; next_cursor?: unknown };
  if (typeof etag === 'string') ctx.set('ETag', etag);
  if (typeof nextCursor === 'string') ctx.set('Link', `<${withCursor(ctx, nextCursor)}>; rel="next"`);
  ctx.set('Content-Type', 'application/json; charset=utf-8');
  ctx.body = JSON.stringify(body);
}

function withCursor(ctx: Context, cursor: string): string {
  const query = new URLSearchParams(ctx.querystring);
  query.set('cursor', cursor);
  return `${ctx.path}?${query.toString()}`;
}
