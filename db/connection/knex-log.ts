/**
 * Silences knex: the user of a broken connection gets the error, and knex would write to the
 * console, beside the log.
 */
export const noKnexLog = {
  warn: () => undefined,
  error: () => undefined,
  deprecate: () => undefined,
  debug: () => undefined,
};
