import { join } from 'node:path';
import { createLocalObjectStore } from '../../activities/shared/local-object-store.js';
import type { ObjectStore } from '../../activities/shared/object-store.js';
import { createS3ObjectStore } from '../../activities/shared/s3-object-store.js';
import { required, type Config } from '../../config.js';

/** Where the configuration says that objects are; opened when the first is asked for. */
export function openObjectStore(config: Config): ObjectStore {
  if (config.OBJECT_STORE === 'local')
    return createLocalObjectStore({ dir: config.OBJECT_DIR ?? join(config.DATA_DIR, 'objects') });
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
