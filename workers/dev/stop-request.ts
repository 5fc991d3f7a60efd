interface StopRequestOptions {
  variables: NodeJS.ProcessEnv;
  stop: () => void;
  force: () => void;
  say: (text: string) => void;
}

/** npm passes on the Ctrl-C after the terminal has already sent the same signal. */
const sameRequestMs = 1_000;
const parentCheckMs = 500;

/**
 * Calls `stop` at the first Ctrl-C or SIGTERM, or when npm was killed; and `force` at the next
 * Ctrl-C.
 */
export function onStopRequest({ variables, stop, force, say }: StopRequestOptions): void {
  let requestedAt: number | undefined;
  const request = (why: string) => {
    if (requestedAt === undefined) {
      requestedAt = Date.now();
      say(`${why}: finishing what is under way; Ctrl-C again stops at once`);
      stop();
    } else if (Date.now() - requestedAt > sameRequestMs) force();
  };
  process.on('SIGINT', () => request('Stopping'));
  process.on('SIGTERM', () => request('Stopping'));
  process.on('SIGHUP', () => request('The terminal is gone'));

  // The timer also keeps the process alive while only waiting for other processes.
  const parent = process.ppid;
  const isOfNpm = variables['npm_lifecycle_event'] !== undefined;
  setInterval(() => {
    if (isOfNpm && process.ppid !== parent && requestedAt === undefined) request('npm was killed');
  }, parentCheckMs);
}
