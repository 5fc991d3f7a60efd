import { failure } from '../../workflows/shared/failure.js';

const foreignKeyViolation = '23503';

/** The refusal of a record that others refer to. */
export const inUse = (code: 'SITE_IN_USE' | 'RESERVOIR_IN_USE', resource: string) =>
  failure(code, { conflict: { conflict_type: 'IN_USE', resource, retryable: false } });

/** Deletes one row: 404 when it is not there, the refusal when a foreign key holds it. */
export async function deleteOne(deletion: PromiseLike<number>, refusal: Error): Promise<void> {
  let count: number;
  try {
    count = await deletion;
  } catch (error) {
    throw isForeignKeyViolation(error) ? refusal : error;
  }
  if (count === 0) throw failure('RESOURCE_NOT_FOUND');
}

/** Under row-level security PostgreSQL hides the details that objection names its errors by; the code remains. */
export function isForeignKeyViolation(error: unknown): boolean {
  const { code, nativeError } = Object(error) as { code?: string; nativeError?: { code?: string } };
  return (nativeError?.code ?? code) === foreignKeyViolation;
}
