import { createLocalObjectStore } from '../../activities/shared/local-object-store.js';
import { createObjects } from '../../activities/shared/objects.js';
import { createObjectRecords } from '../../db/platform/object.records.js';
import { armCrashPoint } from '../../db/shared/crash-point.js';
import { createDatabase } from '../../db/shared/database.js';

/** Keeps what comes in as an object of ACCOUNT_ID, as a process of its own, that dies where CRASH_AT says. */
const { DATABASE_URL: url = '', CONTEXT_KEY: contextKey = '', OBJECT_DIR: dir = '', CRASH_AT = '' } = process.env;
const { ACCOUNT_ID: accountId = '', OBJECT_ID: objectId = '' } = process.env;
const database = createDatabase({ url, contextKey, poolMax: 2 });
const objects = createObjects({ store: createLocalObjectStore({ dir }), records: createObjectRecords({ database }) });
armCrashPoint(CRASH_AT);
const object = { objectId, kind: 'export', mediaType: 'application/json', maxBytes: 1_000_000 };
await objects.keep(accountId, object, process.stdin);
await database.close();
