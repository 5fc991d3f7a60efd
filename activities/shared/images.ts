import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { asFailure, failure, outage } from '../../workflows/shared/failure.js';
import { imageProgram, refusedStatus } from './image-program.js';

interface ImageLimits {
  /** The image being read and the image being made, in bytes of memory. */
  memoryBytes: number;
  pixels: number;
  timeoutMs: number;
  /** Images decoded at the same time; a further image is refused as an outage. */
  processes: number;
}
const usualLimits: ImageLimits = {
  memoryBytes: 768 * 2 ** 20,
  pixels: 40_000_000,
  timeoutMs: 20_000,
  processes: 3,
};

/** Bytes of the new picture: more than any WebP of 512 pixels a side. */
const maxPictureBytes = 2 * 2 ** 20;

/**
 * Redraws images of strangers: decoded, turned upright, made small and encoded as WebP without
 * metadata, each in a process of its own with nothing in its environment (docs/decisions/0025).
 */
export function createImages(changes: Partial<ImageLimits> = {}) {
  const limits = { ...usualLimits, ...changes };
  let running = 0;

  return {
    /**
     * The picture redrawn. Rejects with failure('INVALID_IMAGE') for bytes other than a PNG, JPEG or
     * WebP within the limits, and with the failure of the stream.
     */
    async redraw(image: Readable, mediaType: string, sidePixels: number): Promise<Buffer> {
      if (running >= limits.processes)
        throw outage({ dependency: 'images', retry_after_seconds: 1 });
      running += 1;
      try {
        return await redrawn(image, { ...limits, mediaType, sidePixels });
      } finally {
        running -= 1;
      }
    },
  };
}

async function redrawn(
  image: Readable,
  limits: ImageLimits & { mediaType: string; sidePixels: number },
): Promise<Buffer> {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '--eval', imageProgram, decoderUrl(), JSON.stringify(limits)],
    { env: {}, stdio: ['pipe', 'pipe', 'ignore'] },
  );
  const timer = setTimeout(() => child.kill('SIGKILL'), limits.timeoutMs);
  const ending = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  try {
    const [sendFault, picture, status] = await Promise.all([
      pipeline(image, child.stdin).catch((error: unknown) => {
        child.kill('SIGKILL');
        return error;
      }),
      bounded(child.stdout).catch(() => Buffer.alloc(0)),
      ending,
    ]);
    // A broken pipe alone is no fault of the sender: the process may end before reading all.
    if (asFailure(sendFault)) throw sendFault;
    if (status === 0 && picture.length > 0) return picture;
    if (status === refusedStatus || status === null) throw failure('INVALID_IMAGE');
    throw new Error(`the process of an image has ended with ${status}`);
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
  }
}

async function bounded(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxPictureBytes) throw new Error('the picture made is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const decoderUrl = (): string =>
  pathToFileURL(createRequire(import.meta.url).resolve('sharp')).href;
