/** A reason not to start, for a person to mend: shown as written, without a stack. */
export class StartupFailure extends Error {
  override readonly name = 'StartupFailure';
}

/** All faults of a configuration in one error. */
export class ConfigError extends StartupFailure {}

/** The failure of a server to answer; `where` is an address without a password. */
export const noAnswer = (server: string, where: string, error: unknown): StartupFailure =>
  new StartupFailure(
    `${server} at ${where} does not answer, or does not let us in: ${wordsOf(error)}`,
  );

/** The error of the first address; a name may have several. */
const wordsOf = (error: unknown): string =>
  error instanceof AggregateError
    ? wordsOf(error.errors[0])
    : error instanceof Error
      ? error.message
      : String(error);
