import { createHash } from 'node:crypto';
import { failure } from '../../workflows/shared/failure.js';

/** What is known of an object from where it is kept. */
export interface StoredObject {
  key: string;
  sizeBytes: number;
  storedAt: Date;
}
export interface ObjectContent {
  /** Hex. */
  sha256: string;
  sizeBytes: number;
}
export interface PutOptions {
  /** More than this is refused while it comes in. */
  maxBytes: number;
  /** What it must be; anything else is refused, and nothing of it is kept. */
  sha256?: string | undefined;
}
export type Bytes = AsyncIterable<Uint8Array>;

/**
 * Where large objects are: a folder, or a bucket of an S3-compatible server. Keys are made by us (`keyOfObject`); an object
 * appears whole or not at all, and survives a crash once `put` has answered.
 */
export interface ObjectStore {
  /** Putting the same again under its key changes nothing. */
  put(key: string, body: Bytes, options: PutOptions): Promise<ObjectContent>;
  get(key: string): Promise<Bytes | undefined>;
  head(key: string): Promise<StoredObject | undefined>;
  /** Also of what is not there. */
  delete(key: string): Promise<void>;
  /** In the order of their keys' bytes. A prefix ends in a slash; an empty one is all. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** Clears away what uploads that were cut off before the given time have left; answers how many. */
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

/** What has no row in the database, since it bears witness against that. */
export const checkpointFolder = 'audit-checkpoints/';
export const witnessFolder = 'audit-witnesses/';
export const isWitness = (key: string): boolean => key.startsWith(checkpointFolder) || key.startsWith(witnessFolder);

/** Letters, digits, hyphens and slashes only: nothing that a path, a shell or a URL reads as more than a name. */
export function assertKey(key: string): void {
  if (key.length > 200 || !keyPattern.test(key)) throw new Error('this is no key of an object');
}
export function assertPrefix(prefix: string): void {
  if (prefix.length > 200 || !prefixPattern.test(prefix)) throw new Error('this is no prefix of keys');
}

/** A body on its way, measured: fails in its midst when it is too large, and at its end when it is not what it should be. */
export function measured(body: Bytes, { maxBytes, sha256 }: PutOptions): { body: Bytes; content(): ObjectContent } {
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
    if (sha256 !== undefined && digest !== sha256) throw new ChecksumMismatch('the content has another checksum');
  }
  return {
    body: passOn(),
    content: () => {
      if (digest === undefined) throw new Error('the body has not been read to its end');
      return { sha256: digest, sizeBytes };
    },
  };
}
