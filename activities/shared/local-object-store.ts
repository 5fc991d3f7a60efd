import { randomUUID } from 'node:crypto';
import { open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { makeFolder } from '../../processes/folder.js';
import {
  assertKey,
  assertPrefix,
  measured,
  type ObjectStore,
  type StoredObject,
} from './object-store.js';

/**
 * Objects in a folder of the local machine, for Millrace alone; several processes may share the
 * folder.
 */
export function createLocalObjectStore({ dir }: { dir: string }): ObjectStore {
  // No key begins with a dot.
  const drafts = join(dir, '.drafts');
  const pathOf = (key: string): string => {
    assertKey(key);
    return join(dir, ...key.split('/'));
  };

  return {
    async put(key, body, options) {
      const path = pathOf(key);
      await makeFolder(drafts, 0o700);
      const draft = join(drafts, randomUUID());
      try {
        const incoming = measured(body, options);
        await writeDurably(draft, incoming.body);
        const firstMade = await makeFolder(dirname(path), 0o700);
        await rename(draft, path);
        await syncFolders(
          dirname(path),
          firstMade === undefined ? dirname(path) : dirname(firstMade),
        );
        return incoming.content();
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
    },

    async get(key) {
      const file = await open(pathOf(key), 'r').catch(unlessMissing);
      return file?.createReadStream();
    },

    async head(key) {
      const found = await stat(pathOf(key)).catch(unlessMissing);
      return found && { key, sizeBytes: found.size, storedAt: found.mtime };
    },

    delete: (key) => rm(pathOf(key), { force: true }),

    async *list(prefix) {
      assertPrefix(prefix);
      yield* walk(dir, join(dir, prefix));
    },

    async forgetUnfinished(before) {
      let forgotten = 0;
      for (const name of (await readdir(drafts).catch(unlessMissing)) ?? []) {
        const draft = join(drafts, name);
        const found = await stat(draft).catch(unlessMissing);
        if (!found || found.mtime >= before) continue;
        await rm(draft, { force: true });
        forgotten += 1;
      }
      return forgotten;
    },
  };
}

async function* walk(root: string, folder: string): AsyncGenerator<StoredObject> {
  const entries = (await readdir(folder, { withFileTypes: true }).catch(unlessMissing)) ?? [];
  const named = entries
    .filter(({ name }) => !name.startsWith('.'))
    // As the bytes of whole keys are ordered, where a folder's name goes on with a slash.
    .map((entry) => ({ entry, sortKey: entry.isDirectory() ? `${entry.name}/` : entry.name }))
    .sort((a, b) => (a.sortKey < b.sortKey ? -1 : 1));
  for (const { entry } of named) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(root, path);
    else {
      const found = await stat(path).catch(unlessMissing);
      if (found)
        yield {
          key: relative(root, path).split(sep).join('/'),
          sizeBytes: found.size,
          storedAt: found.mtime,
        };
    }
  }
}

async function writeDurably(path: string, body: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await writeFile(file, body);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A new name is durable once the folder is synced, and a new folder once the parent is. */
async function syncFolders(from: string, upTo: string): Promise<void> {
  for (let folder = from; ; folder = dirname(folder)) {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
    if (folder === upTo || folder === dirname(folder)) return;
  }
}

function unlessMissing(error: unknown): undefined {
  const { code } = Object(error) as { code?: unknown };
  if (code !== 'ENOENT') throw error;
}
