import type { IncomingMessage } from 'node:http';
import type { Context } from 'koa';
import { failure } from '../../workflows/shared/failure.js';
import { outlineFault, type BodyKind } from './outline.js';
import { maxFaults, tellable, type Fault } from './validator.js';

const maxFieldLength = 200;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The JSON of the request; undefined for a request without a body. Neither size nor bytes are
 * trusted.
 */
export async function readJson(ctx: Context, kind: BodyKind, limitBytes: number): Promise<unknown> {
  const {
    'content-length': length,
    'transfer-encoding': transfer,
    'content-encoding': encoding,
  } = ctx.req.headers;
  if (transfer === undefined && (length === undefined || length === '0')) return undefined;
  const isUtf8 = ctx.request.charset === '' || /^utf-?8$/i.test(ctx.request.charset);
  if (
    !ctx.request.is('json', '+json') ||
    !isUtf8 ||
    (encoding !== undefined && encoding !== 'identity')
  )
    throw failure('UNSUPPORTED_MEDIA_TYPE');
  if (Number(length ?? 0) > limitBytes)
    throw failure('PAYLOAD_TOO_LARGE', { limit_bytes: limitBytes });
  return parse(await readBytes(ctx.req, limitBytes), kind);
}

function readBytes(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request
      .on('data', (chunk: Buffer) => {
        size += chunk.length;
        // Further chunks keep flowing, unread, so that the client can finish sending and then read
        // the refusal.
        if (size > limitBytes) reject(failure('PAYLOAD_TOO_LARGE', { limit_bytes: limitBytes }));
        else chunks.push(chunk);
      })
      .on('end', () => resolve(Buffer.concat(chunks)))
      .on('error', () => reject(failure('MALFORMED_REQUEST')))
      .on('close', () => reject(failure('MALFORMED_REQUEST')));
  });
}

export function parse(bytes: Uint8Array, kind: BodyKind): unknown {
  const fault = outlineFault(bytes, kind);
  if (fault) throw failure('VALIDATION_ERROR', { errors: [fault] });
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    // A SyntaxError, or a TypeError for bytes other than UTF-8: both mean the same to the caller.
    throw failure('MALFORMED_JSON');
  }
}

const pollutingKeys = new Set(['__proto__', 'constructor', 'prototype']);
/** NUL and lone surrogates are valid JSON, but PostgreSQL cannot store either. */
const unstorable = /[\0\p{Surrogate}]/u;
const unstorableMessage = 'must not contain NUL or unpaired surrogates';

/**
 * Faults outside any schema: infinite numbers, keys reaching prototypes, text PostgreSQL cannot
 * store. Runs before any schema and visits each value once.
 */
export function structureFaults(value: unknown): Fault[] {
  const faults: Fault[] = [];

  /** False when no more is looked at. */
  function add(path: string, message: string): boolean {
    faults.push({ path: tellable(path), message });
    return faults.length < maxFaults;
  }

  function look(item: unknown, path: string): boolean {
    if (typeof item === 'string') return !unstorable.test(item) || add(path, unstorableMessage);
    // An infinite number passes every limit of a schema, since Ajv compares finite numbers only.
    if (typeof item === 'number')
      return Number.isFinite(item) || add(path, 'must be a finite number');
    if (typeof item !== 'object' || item === null) return true;
    if (Array.isArray(item)) return item.every((each, index) => look(each, `${path}/${index}`));
    return Object.keys(item).every((key) => {
      if (pollutingKeys.has(key)) return add(`${path}/${key}`, 'is not a known field');
      if (key.length > maxFieldLength) return add(`${path}/${key}`, 'is not a known field');
      if (unstorable.test(key)) return add(`${path}/${key}`, unstorableMessage);
      return look((item as Record<string, unknown>)[key], `${path}/${key}`);
    });
  }

  look(value, '');
  return faults;
}
