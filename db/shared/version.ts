import { failure } from '../../workflows/shared/failure.js';

/**
 * The row to change. Throws for a missing row, or for a version other than the version seen by the
 * caller.
 */
export function atVersion<Row extends { version: number }>(
  row: Row | undefined,
  version: number,
): Row {
  if (!row) throw failure('RESOURCE_NOT_FOUND');
  if (row.version !== version)
    throw failure('PRECONDITION_FAILED', { current_etag: `"${row.version}"` });
  return row;
}
