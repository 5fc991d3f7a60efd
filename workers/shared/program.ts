import { StartupFailure } from '../../processes/startup-failure.js';

/** Runs a program of the command line: what its user can do something about ends it with a message, anything else with a stack. */
export async function runProgram(
  work: () => Promise<void>,
  { tell = (message: string): void => void process.stderr.write(`${message}\n`), failureCode = 1 } = {},
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof StartupFailure)) throw error;
    tell(error.message);
    process.exitCode = failureCode;
  }
}
