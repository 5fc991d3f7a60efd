import { randomBytes } from 'node:crypto';

/**
 * A random suffix per process. Without the suffix, anyone able to run a statement on a connection
 * could prepare another text under the name of a coming statement.
 */
const suffix = `:${randomBytes(9).toString('base64url')}`;

/**
 * Name of a prepared statement on a connection (docs/decisions/0010); PostgreSQL reads 63 bytes.
 */
export const preparedName = (name: string): string => name + suffix;

/** The statement's name without the suffix, as shown in spans. */
export const statementName = (prepared: string): string =>
  prepared.endsWith(suffix) ? prepared.slice(0, -suffix.length) : prepared;
