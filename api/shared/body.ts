import type { IncomingMessage } from 'node:http';
import type { Context } from 'koa';
import { failure } from '../../workflows/shared/failure.js';
import type { Fault } from './validator.js';

const maxDepth = 20;
const maxItems = 1_000;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The JSON of the request; undefined when it has no body at all. Neither its size nor its bytes are trusted. */
export async function readJson(ctx: Context, limitBytes: number): Promise<unknown> {
  const { 'content-length': length, 'transfer-encoding': transfer, 'content-encoding': encoding } = ctx.req.headers;
  if (transfer === undefined && (length === undefined || length === '0')) return undefined;
  const isUtf8 = ctx.request.charset === '' || /^utf-?8$/i.test(ctx.request.charset);
  if (!ctx.request.is('json', '+json') || !isUtf8 || (encoding !== undefined && encoding !== 'identity'))
    throw failure('UNSUPPORTED_MEDIA_TYPE');
  if (Number(length ?? 0) > limitBytes) throw failure('PAYLOAD_TOO_LARGE', { limit_bytes: limitBytes });
  return parse(await readBytes(ctx.req, limitBytes));
}

function readBytes(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request
      .on('data', (chunk: Buffer) => {
        size += chunk.length;
        // The rest keeps flowing, unread, so that the client can finish sending and then read why it was refused.
        if (size > limitBytes) reject(failure('PAYLOAD_TOO_LARGE', { limit_bytes: limitBytes }));
        else chunks.push(chunk);
      })
      .on('end', () => resolve(Buffer.concat(chunks)))
      .on('error', () => reject(failure('MALFORMED_REQUEST')))
      .on('close', () => reject(failure('MALFORMED_REQUEST')));
  });
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    // SyntaxError or a TypeError for bytes that are not UTF-8: both mean the same to the caller.
    throw failure('MALFORMED_JSON');
  }
}

const pollutingKeys = new Set(['__proto__', 'constructor', 'prototype']);
/** NUL and lone surrogates are valid JSON that PostgreSQL cannot store. */
const unstorable = /[\0\p{Surrogate}]/u;

/** What no schema says: limits on depth and arrays, keys that reach prototypes, text that cannot be kept. */
export function structureFaults(value: unknown, path = '', depth = 0): Fault[] {
  if (typeof value === 'string')
    return unstorable.test(value) ? [{ path, message: 'must not contain NUL or unpaired surrogates' }] : [];
  // What is beyond all numbers passes every limit of a schema, since Ajv compares finite ones only.
  if (typeof value === 'number' && !Number.isFinite(value)) return [{ path, message: 'must be a finite number' }];
  if (typeof value !== 'object' || value === null) return [];
  if (depth >= maxDepth) return [{ path, message: `must not nest deeper than ${maxDepth}` }];
  if (Array.isArray(value)) {
    if (value.length > maxItems) return [{ path, message: `must not have more than ${maxItems} items` }];
    return value.flatMap((item, index) => structureFaults(item, `${path}/${index}`, depth + 1));
  }
  return Object.entries(value).flatMap(([key, item]) =>
    pollutingKeys.has(key)
      ? [{ path: `${path}/${key}`, message: 'is not a known field' }]
      : structureFaults(unstorable.test(key) ? key : item, `${path}/${key}`, depth + 1),
  );
}
