import { createLocalObjectStore } from '../../../activities/shared/local-object-store.js';
import { createObjects } from '../../../activities/shared/objects.js';
import { armCrashPoint } from '../../../db/connection/crash-point.js';
import { createDatabase } from '../../../db/connection/database.js';

/** Keeps the input as an object of ACCOUNT_ID, as a separate process, and dies at CRASH_AT. */
const {
  DATABASE_URL: url = '',
  CONTEXT_KEY: contextKey = '',
  OBJECT_DIR: dir = '',
  CRASH_AT = '',
} = process.env;
const { ACCOUNT_ID: accountId = '', OBJECT_ID: objectId = '' } = process.env;
const database = createDatabase({ url, contextKey, poolMax: 2 });
const objects = createObjects({
  store: createLocalObjectStore({ dir }),
  database,
});
armCrashPoint(CRASH_AT);
const object = { objectId, kind: 'export', mediaType: 'application/json', maxBytes: 1_000_000 };
await objects.keep(accountId, object, process.stdin);
await database.close();
