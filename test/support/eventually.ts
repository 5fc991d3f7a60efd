import { setTimeout as sleep } from 'node:timers/promises';

/** Repeats an assertion until it holds; after `timeoutMs` its last failure is the test's. */
export async function eventually<T>(assertion: () => T | Promise<T>, timeoutMs = 30_000): Promise<T> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (Date.now() > until) throw error;
      await sleep(25);
    }
  }
}
