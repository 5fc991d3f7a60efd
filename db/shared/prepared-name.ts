import { randomBytes } from 'node:crypto';

/** Of this process: whoever can run a statement on a connection could else prepare their own under a name that is asked for next. */
const suffix = `:${randomBytes(9).toString('base64url')}`;

/** The name under which a statement is prepared on a connection; PostgreSQL reads 63 bytes of it. */
export const preparedName = (name: string): string => name + suffix;

/** The statement that a prepared name stands for, as spans tell it. */
export const statementName = (prepared: string): string =>
  prepared.endsWith(suffix) ? prepared.slice(0, -suffix.length) : prepared;
