import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { CreateMultipartUploadCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLocalObjectStore } from '../../activities/shared/local-object-store.js';
import {
  ChecksumMismatch,
  keyOfObject,
  type Bytes,
  type ObjectStore,
} from '../../activities/shared/object-store.js';
import { createS3ObjectStore } from '../../activities/shared/s3-object-store.js';
import { asFailure } from '../../workflows/shared/failure.js';
import { hasS3, s3PatienceMs, startS3 } from '../support/servers/s3.js';

const mebibyte = 2 ** 20;
const maxBytes = 64 * mebibyte;
const bytesOf = (content: Uint8Array, chunkBytes = 64 * 1024): Bytes =>
  Readable.from(
    (function* () {
      for (let index = 0; index < content.length; index += chunkBytes)
        yield content.subarray(index, index + chunkBytes);
    })(),
  );
const sha256Of = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
const aKey = () => keyOfObject(randomUUID(), randomUUID());

/**
 * Common duties of stores, and the remains in the store's place: besides objects, nothing may be
 * there.
 */
interface Driver {
  store: ObjectStore;
  unfinished(): Promise<number>;
  /** An upload left by a killed process, long ago. */
  leaveUnfinished(): Promise<void>;
  stop(): Promise<void>;
}

async function localDriver(): Promise<Driver> {
  const dir = await mkdtemp(join(tmpdir(), 'millrace-objects-'));
  const drafts = join(dir, '.drafts');
  return {
    store: createLocalObjectStore({ dir }),
    unfinished: async () => (await readdir(drafts)).length,
    leaveUnfinished: async () => {
      await mkdir(drafts, { recursive: true });
      await writeFile(join(drafts, 'left'), 'half');
      await utimes(join(drafts, 'left'), 0, 0);
    },
    stop: () => rm(dir, { recursive: true }),
  };
}

async function s3Driver(): Promise<Driver> {
  const { client, stop, ...options } = await startS3();
  const store = createS3ObjectStore(options);
  const Bucket = options.bucket;
  return {
    store,
    unfinished: async () =>
      (await client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads?.length ?? 0,
    leaveUnfinished: async () =>
      void (await client.send(new CreateMultipartUploadCommand({ Bucket, Key: aKey() }))),
    stop: async () => {
      await store.close();
      await stop();
    },
  };
}

const drivers = [
  { name: 'a folder', open: localDriver, isThere: true },
  { name: 'an S3-compatible server', open: s3Driver, isThere: hasS3 },
];

describe.each(drivers.filter(({ isThere }) => isThere))('an object store in $name', ({ open }) => {
  let driver: Driver;
  let store: ObjectStore;
  beforeAll(async () => {
    driver = await open();
    store = driver.store;
  }, s3PatienceMs);
  afterAll(() => driver.stop());

  const keysOf = async (prefix = '') => {
    const keys: string[] = [];
    for await (const { key } of store.list(prefix)) keys.push(key);
    return keys;
  };

  it.each([0, 1, 100_000, 12 * mebibyte])('gives back %i bytes as they were put', async (size) => {
    const key = aKey();
    const content = randomBytes(size);
    const put = await store.put(key, bytesOf(content), { maxBytes, sha256: sha256Of(content) });
    expect(put).toEqual({ sha256: sha256Of(content), sizeBytes: size });
    const got = await store.get(key);
    expect(got && (await buffer(got)).equals(content)).toBe(true);
    expect(await store.head(key)).toEqual({ key, sizeBytes: size, storedAt: expect.anything() });
    expect(await driver.unfinished()).toBe(0);
  });

  it('says when an object was stored', async () => {
    const key = aKey();
    const startedAt = Date.now();
    await store.put(key, bytesOf(randomBytes(10)), { maxBytes });
    const storedAt = (await store.head(key))?.storedAt.getTime() ?? 0;
    // To a second, as S3 gives times.
    expect(storedAt).toBeGreaterThan(startedAt - 1_000);
    expect(storedAt).toBeLessThanOrEqual(Date.now());
  });

  it('has nothing under a key that nothing was put under, and takes nothing from it', async () => {
    const key = aKey();
    expect(await store.get(key)).toBeUndefined();
    expect(await store.head(key)).toBeUndefined();
    await expect(store.delete(key)).resolves.toBeUndefined();
  });

  it('puts the same again, and deletes once and again', async () => {
    const key = aKey();
    for (const content of [Buffer.from('one'), Buffer.from('one')])
      await store.put(key, bytesOf(content), { maxBytes });
    expect(await keysOf(`${key.split('/')[0]}/`)).toEqual([key]);
    await store.delete(key);
    await store.delete(key);
    expect(await store.head(key)).toBeUndefined();
  });

  it.each([10, 9 * mebibyte])(
    'refuses what is larger than %i bytes while it comes in, and keeps nothing',
    async (limit) => {
      const key = aKey();
      let given = 0;
      const endless = (async function* () {
        for (;;) {
          given += 64 * 1024;
          yield randomBytes(64 * 1024);
        }
      })();
      const refused = store.put(key, endless, { maxBytes: limit }).catch((error: unknown) => error);
      expect(asFailure(await refused)).toMatchObject({
        code: 'PAYLOAD_TOO_LARGE',
        details: { limit_bytes: limit },
      });
      expect(given).toBeLessThan(limit + 2 * mebibyte);
      expect(await store.head(key)).toBeUndefined();
      expect(await driver.unfinished()).toBe(0);
    },
  );

  it.each([10, 12 * mebibyte])(
    'refuses %i bytes with another checksum, and keeps nothing',
    async (size) => {
      const key = aKey();
      const put = store.put(key, bytesOf(randomBytes(size)), {
        maxBytes,
        sha256: sha256Of(Buffer.from('other')),
      });
      await expect(put).rejects.toThrow(ChecksumMismatch);
      expect(await store.head(key)).toBeUndefined();
      expect(await driver.unfinished()).toBe(0);
    },
  );

  it('keeps nothing of an upload that breaks off', async () => {
    const key = aKey();
    const breaking = (async function* () {
      for (let sent = 0; sent < 12; sent += 1) yield randomBytes(mebibyte);
      throw new Error('the caller went away');
    })();
    await expect(store.put(key, breaking, { maxBytes })).rejects.toThrow('the caller went away');
    expect(await store.head(key)).toBeUndefined();
    expect(await driver.unfinished()).toBe(0);
  });

  it('lists what is under a prefix, in the order of the keys', async () => {
    const account = randomUUID();
    const keys = [
      `${account}/b/1`,
      `${account}/a-b/1`,
      `${account}/a/2`,
      `${account}/a/1`,
      `${account}x/1`,
    ];
    for (const key of keys) await store.put(key, bytesOf(Buffer.from(key)), { maxBytes });
    const own = [`${account}/a-b/1`, `${account}/a/1`, `${account}/a/2`, `${account}/b/1`];
    expect(await keysOf(`${account}/`)).toEqual(own);
    expect(await keysOf(`${randomUUID()}/`)).toEqual([]);
    const all = await keysOf();
    expect(all).toEqual([...all].sort());
    expect(all).toEqual(expect.arrayContaining(keys));
  });

  it.each([
    '../secrets',
    'a/../../b',
    '/etc/passwd',
    'a//b',
    'a/./b',
    '',
    'a\\b',
    'a\0b',
    '.drafts/x',
    'A/b',
    'a/',
  ])('has no key %j', async (key) => {
    for (const use of [
      store.get(key),
      store.head(key),
      store.put(key, bytesOf(Buffer.from('x')), { maxBytes }),
    ])
      await expect(use).rejects.toThrow('this is no key');
    await expect((async () => store.delete(key))()).rejects.toThrow('this is no key');
    await expect(keysOf(`../${key}/`)).rejects.toThrow('this is no prefix');
  });

  it('forgets what was left unfinished, once it is old enough', async () => {
    await driver.leaveUnfinished();
    expect(await store.forgetUnfinished(new Date(0))).toBe(0);
    expect(await driver.unfinished()).toBe(1);
    expect(await store.forgetUnfinished(new Date(Date.now() + 60_000))).toBe(1);
    expect(await driver.unfinished()).toBe(0);
  });
});
