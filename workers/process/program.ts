import { StartupFailure } from '../../processes/startup-failure.js';
import { summarizeError } from '../observability/safe-error.js';

/**
 * The exit codes of every command, beside 0 for success: a check found a breach; or the command
 * could not check or act.
 */
export const brokenCode = 1;
const failureCode = 2;

/**
 * Runs a program of the command line. A fault that the user can mend ends the program with a
 * message; any other fault with one line that repeats no value.
 */
export async function runProgram(
  work: () => Promise<void>,
  { tell = (message: string): void => void process.stderr.write(`${message}\n`) } = {},
): Promise<void> {
  try {
    await work();
  } catch (error) {
    tell(
      error instanceof StartupFailure
        ? error.message
        : `This could not be done: ${summarizeError(error)}`,
    );
    process.exitCode = failureCode;
  }
}
