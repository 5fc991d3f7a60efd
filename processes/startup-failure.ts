/** A reason not to start that its reader can do something about: shown as it is, without a stack. */
export class StartupFailure extends Error {
  override readonly name = 'StartupFailure';
}

/** Thrown once, with every fault of the configuration in it. */
export class ConfigError extends StartupFailure {}

/** Of a server that cannot be had. `where` is its address without a password. */
export const noAnswer = (server: string, where: string, error: unknown): StartupFailure =>
  new StartupFailure(`${server} at ${where} does not answer, or does not let us in: ${wordsOf(error)}`);

/** Of a name with several addresses, the first that was tried tells enough. */
const wordsOf = (error: unknown): string =>
  error instanceof AggregateError ? wordsOf(error.errors[0]) : error instanceof Error ? error.message : String(error);
