import { Transform, type Readable } from 'node:stream';
import type { Context } from 'koa';
import { failure } from '../../workflows/shared/failure.js';

/** A body of bytes rather than JSON: passed on while coming in, never held whole. */
export interface Upload {
  mediaTypes: readonly string[];
  maxBytes: number;
}

/** A body on its way: ends with a failure where too large or broken off. */
export interface Uploaded {
  mediaType: string;
  body: Readable;
}

/** Opens the body of a request; refused before the first byte where the headers say enough. */
export function openUpload({ req }: Context, { mediaTypes, maxBytes }: Upload): Uploaded {
  const { 'content-length': length, 'content-encoding': encoding } = req.headers;
  const mediaType = (req.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (
    mediaType === undefined ||
    !mediaTypes.includes(mediaType) ||
    (encoding !== undefined && encoding !== 'identity')
  )
    throw failure('UNSUPPORTED_MEDIA_TYPE', { media_types: mediaTypes });
  if (Number(length ?? 0) > maxBytes) throw failure('PAYLOAD_TOO_LARGE', { limit_bytes: maxBytes });
  return { mediaType, body: limited(req, maxBytes) };
}

function limited(request: Context['req'], maxBytes: number): Readable {
  let size = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > maxBytes) done(failure('PAYLOAD_TOO_LARGE', { limit_bytes: maxBytes }));
      else done(null, chunk);
    },
  });
  // A sender of too much can finish sending, and then read the refusal.
  counter.once('close', () => {
    request.unpipe(counter);
    request.resume();
  });
  // A body may break off before any reader listens.
  counter.on('error', () => undefined);
  const breakOff = () => void counter.destroy(failure('MALFORMED_REQUEST'));
  request.once('error', breakOff);
  request.once('close', () => {
    if (!request.complete) breakOff();
  });
  return request.pipe(counter);
}
