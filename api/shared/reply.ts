import type { Context } from 'koa';
import type { TSchema } from 'typebox';
import { mediaTypeOf, type Content, type Reply } from './route.js';

/** A reply with all that follows from its body: the bytes, their type, the ETag. */
export interface Rendered {
  status: number;
  headers: Record<string, string>;
  content: Content | null;
}

/** JSON unless its schema names another media type. */
export function render({ status, body, headers, content }: Reply, schema: TSchema | null | undefined): Rendered {
  if (content !== undefined) return { status, headers: { ...headers }, content };
  if (body === undefined) return { status, headers: { ...headers }, content: null };
  const mediaType = schema ? mediaTypeOf(schema) : undefined;
  if (mediaType !== undefined)
    return { status, headers: { 'Content-Type': mediaType, ...headers }, content: body as Content };
  const { etag } = Object(body) as { etag?: unknown };
  return {
    status,
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      ...(typeof etag === 'string' ? { ETag: etag } : {}),
      ...headers,
    },
    // A text goes out in one piece with its headers; bytes would be a second one.
    content: JSON.stringify(body),
  };
}

/** Writes a reply, with the headers that follow from what was asked. */
export function writeReply(ctx: Context, reply: Reply, schema: TSchema | null | undefined): void {
  const { status, headers, content } = render(reply, schema);
  ctx.set(headers);
  ctx.body = content;
  ctx.status = status;
  const { next_cursor: nextCursor } = Object(reply.body) as { next_cursor?: unknown };
  if (typeof nextCursor === 'string') ctx.set('Link', `<${withCursor(ctx, nextCursor)}>; rel="next"`);
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

function withCursor(ctx: Context, cursor: string): string {
  const query = new URLSearchParams(ctx.querystring);
  query.set('cursor', cursor);
  return `${ctx.path}?${query.toString()}`;
}
