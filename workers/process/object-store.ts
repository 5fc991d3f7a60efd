import { join } from 'node:path';
import { createLocalObjectStore } from '../../activities/shared/local-object-store.js';
import { tellingOutages } from '../../activities/shared/object-outage.js';
import type { ObjectStore } from '../../activities/shared/object-store.js';
import { createObjects, type Objects } from '../../activities/shared/objects.js';
import { createS3ObjectStore } from '../../activities/shared/s3-object-store.js';
import { required, type Config } from '../../config.js';
import type { Database } from '../../db/connection/database.js';
import { hasRoom } from '../../processes/disk.js';
import { fullDiskOf, outage } from '../../workflows/shared/failure.js';

/** The folder of objects on this machine; undefined where objects are in a bucket. */
export const objectFolder = (config: Config): string | undefined =>
  config.OBJECT_STORE === 'local'
    ? (config.OBJECT_DIR ?? join(config.DATA_DIR, 'objects'))
    : undefined;

/** The configured object store, opened at the first use. Faults of the store are outages. */
export const openObjectStore = (config: Config): ObjectStore => tellingOutages(openStore(config));

/** The configured object store, with the rows of its objects. */
export const openObjects = ({
  config,
  database,
}: {
  config: Config;
  database: Database;
}): Objects => createObjects({ store: openObjectStore(config), database });

function openStore(config: Config): ObjectStore {
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

/** Refuses work that needs room on the disk, before the work begins. */
export async function assertObjectRoom(config: Config): Promise<void> {
  const folder = objectFolder(config);
  if (folder !== undefined && !(await hasRoom(folder))) throw outage(fullDiskOf('objects'));
}
