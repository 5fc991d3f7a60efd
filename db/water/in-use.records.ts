import { failure } from '../../workflows/shared/failure.js';

const foreignKeyViolation = '23503';

/** The refusal to delete a record with references. */
export const inUse = (code: 'SITE_IN_USE' | 'RESERVOIR_IN_USE', resource: string) =>
  failure(code, { conflict: { conflict_type: 'IN_USE', resource, retryable: false } });

/** Deletes one row: 404 for a missing row, the refusal when a foreign key holds the row. */
export async function deleteOne(deletion: PromiseLike<number>, refusal: Error): Promise<void> {
  let count: number;
  try {
    count = await deletion;
  } catch (error) {
    throw isForeignKeyViolation(error) ? refusal : error;
  }
  if (count === 0) throw failure('RESOURCE_NOT_FOUND');
}

/**
 * Under row-level security PostgreSQL hides the details by which objection names errors; the code
 * remains.
 */
export function isForeignKeyViolation(error: unknown): boolean {
  const { code, nativeError } = Object(error) as { code?: string; nativeError?: { code?: string } };
  return (nativeError?.code ?? code) === foreignKeyViolation;
}
