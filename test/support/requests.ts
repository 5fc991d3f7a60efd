import { randomBytes } from 'node:crypto';
import { createRequestRecords } from '../../db/platform/request.records.js';
import type { Database } from '../../db/shared/database.js';

/** What an API over a real database remembers of requests. */
export const requestsOf = (database: Database) => createRequestRecords({ database, sealKey: randomBytes(32) });
