import { createHash } from 'node:crypto';
import { failure } from '../../workflows/shared/failure.js';

/** The facts of an object in the store. */
export interface StoredObject {
  key: string;
  sizeBytes: number;
  storedAt: Date;
}
interface ObjectContent {
  /** Hex. */
  sha256: string;
  sizeBytes: number;
}
interface PutOptions {
  /** A larger body is refused while coming in. */
  maxBytes: number;
  /** The required hash; another body is refused, and nothing of the body is kept. */
  sha256?: string | undefined;
}
export type Bytes = AsyncIterable<Uint8Array>;

/**
 * Where large objects are: a folder, or a bucket of an S3-compatible server. Keys are made by us
 * (`keyOfObject`); an object appears whole or not at all, and survives a crash once `put` has
 * answered.
 */
export interface ObjectStore {
  /** Putting the same body again under the same key changes nothing. */
  put(key: string, body: Bytes, options: PutOptions): Promise<ObjectContent>;
  get(key: string): Promise<Bytes | undefined>;
  head(key: string): Promise<StoredObject | undefined>;
  /** Succeeds for a missing object too. */
  delete(key: string): Promise<void>;
  /**
   * In the order of the keys' bytes. A prefix ends in a slash; an empty prefix lists all objects.
   */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** Clears away the remains of uploads interrupted before the given time; returns how many. */
  forgetUnfinished(before: Date): Promise<number>;
}

export class ChecksumMismatch extends Error {
  override name = 'ChecksumMismatch';
}

const segment = '[a-z0-9][a-z0-9-]*';
const keyPattern = new RegExp(`^${segment}(/${segment})*$`);
const prefixPattern = new RegExp(`^(${segment}/)*$`);

/** Account first; the id's last digits are random, and fan out to 65,536 folders an account. */
export const keyOfObject = (accountId: string, objectId: string): string =>
  [accountId, objectId.slice(-4, -2), objectId.slice(-2), objectId].join('/');

/**
 * Objects without a row in the database, since checkpoints and witnesses testify against the
 * database.
 */
export const checkpointFolder = 'audit-checkpoints/';
export const witnessFolder = 'audit-witnesses/';
export const isWitness = (key: string): boolean =>
  key.startsWith(checkpointFolder) || key.startsWith(witnessFolder);

/**
 * Letters, digits, hyphens and slashes only: a path, a shell or a URL reads a key as a name and
 * nothing more.
 */
export function assertKey(key: string): void {
  if (key.length > 200 || !keyPattern.test(key)) throw new Error('this is no key of an object');
}
export function assertPrefix(prefix: string): void {
  if (prefix.length > 200 || !prefixPattern.test(prefix))
    throw new Error('this is no prefix of keys');
}

/** Measures a passing body: fails midway if too large, and at the end if the hash is another. */
export function measured(
  body: Bytes,
  { maxBytes, sha256 }: PutOptions,
): { body: Bytes; content(): ObjectContent } {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  let digest: string | undefined;
  async function* passOn(): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) throw failure('PAYLOAD_TOO_LARGE', { limit_bytes: maxBytes });
      hash.update(chunk);
      yield chunk;
    }
    digest = hash.digest('hex');
    if (sha256 !== undefined && digest !== sha256)
      throw new ChecksumMismatch('the content has another checksum');
  }
  return {
    body: passOn(),
    content: () => {
      if (digest === undefined) throw new Error('the body has not been read to its end');
      return { sha256: digest, sizeBytes };
    },
  };
}
