import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface CommandEnd {
  code: number;
  stdout: string;
  stderr: string;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Runs a program of workers/ in a separate process, as `npm run` does; answers how the program
 * ended.
 */
export const runCommand = (
  program: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<CommandEnd> =>
  new Promise((resolve) => {
    const command = ['workers/bootstrap.mjs', `workers/${program}.ts`, ...args];
    const env = { ...process.env, NODE_OPTIONS: '', ...variables };
    execFile(process.execPath, command, { cwd: root, env }, (error, stdout, stderr) =>
      resolve({
        code: error ? Number(error.code) : 0,
        stdout: stdout.trim(),
        stderr: stderr.trim(),
      }),
    );
  });
