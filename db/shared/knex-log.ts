/** Whoever uses a connection that broke hears of it; Knex would say so on the console, beside the log. */
export const noKnexLog = {
  warn: () => undefined,
  error: () => undefined,
  deprecate: () => undefined,
  debug: () => undefined,
};
