import { StartupFailure } from '../../processes/startup-failure.js';
import { summarizeError } from './safe-error.js';

/** What the exit code of every command says, beside 0 for well: something that it looked at is broken; it could not look, or act. */
export const brokenCode = 1;
export const failureCode = 2;

/**
 * Runs a program of the command line. What its user can do something about ends it with a message, and so does anything else, in one
 * line that repeats no value.
 */
export async function runProgram(
  work: () => Promise<void>,
  { tell = (message: string): void => void process.stderr.write(`${message}\n`) } = {},
): Promise<void> {
  try {
    await work();
  } catch (error) {
    tell(error instanceof StartupFailure ? error.message : `This could not be done: ${summarizeError(error)}`);
    process.exitCode = failureCode;
  }
}
