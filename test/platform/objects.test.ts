/** Tells of: object.records, object.store, object-sweep.task. */
import { spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { program } from '../../processes/node-process.js';
import { createObjectSweep } from '../../workers/platform/object-sweep.task.js';
import { createLocalObjectStore } from '../../activities/shared/local-object-store.js';
import { keyOfObject, type ObjectStore } from '../../activities/shared/object-store.js';
import { createObjects, type Objects } from '../../activities/shared/objects.js';
import { objectStore } from '../../db/platform/object.store.js';
import { createRolePool, roleScope } from '../../db/connection/database.js';
import { newId } from '../../db/shared/id.js';
import { eventually } from '../support/timing/eventually.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';

let test: TestDatabase;
let relay: pg.Pool;
let dir: string;
let store: ObjectStore;
let objects: Objects;
beforeAll(async () => {
  test = await createTestDatabase();
  relay = createRolePool(test.urls.relay);
  dir = await mkdtemp(join(tmpdir(), 'millrace-objects-'));
  store = createLocalObjectStore({ dir });
  objects = createObjects({ store, database: test.database });
});
afterAll(async () => {
  await relay.end();
  await test.drop();
  await rm(dir, { recursive: true });
});

const aRequest = () => ({
  objectId: newId(),
  kind: 'export',
  mediaType: 'application/json',
  maxBytes: 1_000_000,
});
const content = randomBytes(100_000);
const body = () => Readable.from([content]);
const rowsOf = async (objectId: string) =>
  (await test.admin.query('select * from platform.objects where object_id = $1', [objectId])).rows;

describe('an object of an account', () => {
  const account = randomUUID();

  it('is kept with its size and checksum, and comes back', async () => {
    const request = aRequest();
    const kept = await objects.keep(account, request, body());
    expect(kept).toMatchObject({
      sizeBytes: content.length,
      objectKey: keyOfObject(account, request.objectId),
    });
    const opened = await objects.open(account, request.objectId);
    expect(opened?.object).toEqual(kept);
    expect(opened && (await buffer(opened.body)).equals(content)).toBe(true);
  });

  it('is let go of where nobody reads it after all', async () => {
    const request = aRequest();
    await objects.keep(account, request, body());
    const got: unknown[] = [];
    const get: ObjectStore['get'] = async (key) => {
      const bytes = await store.get(key);
      got.push(bytes);
      return bytes;
    };
    const watched = createObjects({
      store: { ...store, get },
      database: test.database,
    });
    const opened = await watched.open(account, request.objectId);
    opened?.body.destroy();
    await eventually(() => expect(got).toEqual([expect.objectContaining({ closed: true })]));
  });

  it('is kept once, however often that is repeated', async () => {
    const request = aRequest();
    const all = await Promise.all([1, 2, 3].map(() => objects.keep(account, request, body())));
    all.push(await objects.keep(account, request, Readable.from([Buffer.from('other')])));
    expect(new Set(all.map(({ sha256 }) => sha256)).size).toBe(1);
    expect(await rowsOf(request.objectId)).toHaveLength(1);
  });

  describe('whose keeper is killed between its bytes and its row', () => {
    const request = aRequest();
    const key = keyOfObject(account, request.objectId);
    const sweepAt = (now: number) =>
      createObjectSweep({
        store,
        rows: objectStore(roleScope(relay)),
        reportMissing: () => undefined,
        now: () => now,
      })(() => undefined);
    const killKeeper = () => {
      const { signal } = spawnSync(
        process.execPath,
        [program, 'test/support/processes/dying-keeper.ts'],
        {
          cwd: fileURLToPath(new URL('../..', import.meta.url)),
          env: {
            ...process.env,
            NODE_OPTIONS: '',
            DATABASE_URL: test.urls.app,
            CONTEXT_KEY: test.contextKey,
            OBJECT_DIR: dir,
            ACCOUNT_ID: account,
            OBJECT_ID: request.objectId,
            CRASH_AT: 'object.before-row:1',
          },
          input: content,
        },
      );
      expect(signal).toBe('SIGKILL');
    };

    it('is seen by nobody, and swept away where nobody tries again', async () => {
      killKeeper();
      expect([
        await rowsOf(request.objectId),
        await objects.open(account, request.objectId),
      ]).toEqual([[], undefined]);
      expect((await store.head(key))?.sizeBytes).toBe(content.length);
      await sweepAt(Date.now());
      expect(await store.head(key)).toBeDefined();
      await sweepAt(Date.now() + 3_601_000);
      expect(await store.head(key)).toBeUndefined();
    });

    it('is kept by the next try, once, and not swept', async () => {
      killKeeper();
      await objects.keep(account, request, body());
      expect(await rowsOf(request.objectId)).toHaveLength(1);
      await sweepAt(Date.now() + 3_601_000);
      const opened = await objects.open(account, request.objectId);
      expect(opened && (await buffer(opened.body)).equals(content)).toBe(true);
      const stored: string[] = [];
      for await (const each of store.list(`${account}/`)) stored.push(each.key);
      expect(stored.filter((each) => each === key)).toHaveLength(1);
    });
  });

  it('is nobody else’s', async () => {
    const request = aRequest();
    await objects.keep(account, request, body());
    expect(await objects.open(randomUUID(), request.objectId)).toBeUndefined();
    await objects.remove(randomUUID(), request.objectId);
    expect(await objects.open(account, request.objectId)).toBeDefined();

    // A row that points at the object is not enough either: the place of an account's objects
    // follows from the ids.
    const other = { account: randomUUID(), object: aRequest() };
    const [mine, theirs] = [Buffer.from('mine'), keyOfObject(account, request.objectId)];
    await objects.keep(other.account, other.object, Readable.from([mine]));
    await test.admin.query('update platform.objects set object_key = $2 where object_id = $1', [
      other.object.objectId,
      theirs,
    ]);
    const opened = await objects.open(other.account, other.object.objectId);
    expect(opened && (await buffer(opened.body))).toEqual(mine);
  });

  it('fails at the end of its reading when its bytes are not those that were kept', async () => {
    const request = aRequest();
    const { objectKey: key } = await objects.keep(account, request, body());
    for (const damage of [
      Buffer.from(content).fill(0, 99_999),
      content.subarray(1),
      Buffer.concat([content, content]),
    ]) {
      await writeFile(join(dir, key), damage);
      const opened = await objects.open(account, request.objectId);
      await expect(opened && buffer(opened.body)).rejects.toThrow();
    }
  });

  it('goes, and is not there any more, also when that is repeated', async () => {
    const request = aRequest();
    const { objectKey: key } = await objects.keep(account, request, body());
    await objects.remove(account, request.objectId);
    await objects.remove(account, request.objectId);
    expect(await objects.open(account, request.objectId)).toBeUndefined();
    expect(await store.head(key)).toBeUndefined();
  });
});

describe('the sweep', () => {
  const hourMs = 3_600_000;

  it('deletes bytes that never got a row once they are old, and reports rows whose bytes have gone, once', async () => {
    const accounts = [randomUUID(), randomUUID(), randomUUID()].sort();
    const kept = [];
    for (const account of accounts)
      for (let i = 0; i < 4; i += 1) {
        const request = aRequest();
        kept.push({ account, ...(await objects.keep(account, request, body())) });
      }
    const [lost, last] = [kept[3], kept.at(-1)];
    if (!lost || !last) throw new Error('twelve objects');
    const [saved] = [await buffer((await store.get(lost.objectKey)) ?? Readable.from([]))];
    await store.delete(lost.objectKey);
    await store.delete(last.objectKey);
    // As left by a process killed between the two, of accounts before, between and after.
    const orphans = [...accounts, '0'.repeat(8), 'f'.repeat(8)].map((account) =>
      keyOfObject(account, newId()),
    );
    for (const key of orphans) await store.put(key, body(), { maxBytes: 1_000_000 });

    const missing: string[] = [];
    const sweepAt = (now: number) =>
      createObjectSweep({
        store,
        rows: objectStore(roleScope(relay)),
        reportMissing: ({ objectId }) => void missing.push(objectId),
        now: () => now,
      })(() => {});
    await sweepAt(Date.now());
    expect(missing.sort()).toEqual([lost.objectId, last.objectId].sort());
    for (const key of orphans) expect(await store.head(key)).toBeDefined();

    await sweepAt(Date.now() + hourMs + 1_000);
    for (const key of orphans) expect(await store.head(key)).toBeUndefined();
    for (const { account, objectId, objectKey } of kept)
      if (objectKey !== lost.objectKey && objectKey !== last.objectKey)
        expect(await objects.open(account, objectId)).toBeDefined();
    expect(missing).toHaveLength(2);

    await store.put(lost.objectKey, Readable.from([saved]), { maxBytes: 1_000_000 });
    await sweepAt(Date.now());
    expect(await rowsOf(lost.objectId)).toMatchObject([{ missing_since: null }]);
    expect(await rowsOf(last.objectId)).toMatchObject([{ missing_since: expect.any(String) }]);
    expect(missing).toHaveLength(2);
  });
});
