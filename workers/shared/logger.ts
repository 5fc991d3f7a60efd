import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

/** JSON lines on standard output. Fields are ids and numbers; what could hold a secret or a person is never a field. */
export function createLogger({ level, process: name }: { level: string; process: string }): Logger {
  return pino({
    level,
    base: { process: name },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: ['authorization', 'password', 'otp', 'token', '*.authorization', '*.password', '*.otp', '*.token'],
      remove: true,
    },
    serializers: { err: describeError },
  });
}

/**
 * An error's kind, message and stack, without what the driver hangs on it: a database error's `detail` and a bound
 * statement can hold personal data.
 */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message.slice(0, 500),
    stack: error.stack,
    ...(typeof code === 'string' ? { code } : {}),
  };
}
