import type { Context } from 'koa';
import type { TSchema } from 'typebox';
import { mediaTypeOf, type Content, type Reply } from '../route/route.js';

/** A reply with everything derived from the body: bytes, media type, ETag. */
interface Rendered {
  status: number;
  headers: Record<string, string>;
  content: Content | null;
}

/** Renders JSON, or the media type named by the schema. */
export function render(
  { status, body, headers, content }: Reply,
  schema: TSchema | null | undefined,
): Rendered {
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
    // A text leaves in the same packet as the headers; bytes would be a second packet.
    content: JSON.stringify(body),
  };
}

/** Writes a reply, with the headers implied by the request. */
export function writeReply(ctx: Context, reply: Reply, schema: TSchema | null | undefined): void {
  const { status, headers, content } = render(reply, schema);
  ctx.set(headers);
  ctx.body = content;
  ctx.status = status;
  const { next_cursor: nextCursor } = Object(reply.body) as { next_cursor?: unknown };
  if (typeof nextCursor === 'string')
    ctx.set('Link', `<${withCursor(ctx, nextCursor)}>; rel="next"`);
  const isTagged = ctx.res.hasHeader('ETag');
  // A cache must revalidate a tagged answer before using the answer again; any other answer is not
  // stored.
  if (!ctx.res.hasHeader('Cache-Control'))
    ctx.set('Cache-Control', isTagged ? 'private, no-cache' : 'no-store');
  // A no-store answer may hold more than the tag covers, such as a reservoir's level.
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
