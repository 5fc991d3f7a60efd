import type { Database } from '../../db/connection/database.js';
import type { Cursors } from './cursor.js';

/** Parts of routes over records and views. */
export interface RecordRouteParts {
  database: Database;
  cursors: Cursors;
}
