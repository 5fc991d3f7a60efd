import { join } from 'node:path';
import { createLocalObjectStore } from '../../activities/shared/local-object-store.js';
import type { ObjectStore } from '../../activities/shared/object-store.js';
import { createS3ObjectStore } from '../../activities/shared/s3-object-store.js';
import { required, type Config } from '../../config.js';
import { hasRoom, isDiskFull } from '../../processes/disk.js';
import { failure } from '../../workflows/shared/failure.js';

/** The folder of this machine that objects are in; undefined where they are in a bucket. */
export const objectFolder = (config: Config): string | undefined =>
  config.OBJECT_STORE === 'local' ? (config.OBJECT_DIR ?? join(config.DATA_DIR, 'objects')) : undefined;

/** Where the configuration says that objects are; opened when the first is asked for. */
export function openObjectStore(config: Config): ObjectStore {
  const folder = objectFolder(config);
  if (folder !== undefined) return createLocalObjectStore({ dir: folder });
  const { S3_ACCESS_KEY_ID: accessKeyId } = config;
  return createS3ObjectStore({
    bucket: required(config, 'S3_BUCKET'),
    region: config.S3_REGION,
    endpoint: config.S3_ENDPOINT,
    credentials:
      accessKeyId === undefined
        ? undefined
        : { accessKeyId, secretAccessKey: required(config, 'S3_SECRET_ACCESS_KEY') },
  });
}

/** The store as requests use it: where it cannot be reached or written to, they are told so. */
export function forRequests(store: ObjectStore): ObjectStore {
  return {
    ...store,
    put: (...args) => store.put(...args).catch(asOutage),
    get: (key) => store.get(key).catch(asOutage),
    head: (key) => store.head(key).catch(asOutage),
    delete: (key) => store.delete(key).catch(asOutage),
  };
}

/** Refuses what would need room, before anything of it is begun. */
export async function assertObjectRoom(config: Config): Promise<void> {
  const folder = objectFolder(config);
  if (folder !== undefined && !(await hasRoom(folder))) throw fullStore();
}

const fullStore = () =>
  failure('SERVICE_UNAVAILABLE', { dependency: 'objects', reason: 'DISK_FULL', retry_after_seconds: 10 });

/** A call of the system, a connection or a server that failed; anything else is a bug of ours. */
function asOutage(error: unknown): never {
  if (isDiskFull(error)) throw fullStore();
  const { syscall, $fault: side } = Object(error) as { syscall?: unknown; $fault?: unknown };
  if (typeof syscall === 'string' || side === 'server') throw failure('SERVICE_UNAVAILABLE', { dependency: 'objects' });
  throw error;
}
