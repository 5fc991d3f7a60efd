import { setCurrentDetails } from '@temporalio/workflow';

/** What people who look at a workflow read: what it waits for, and what has failed meanwhile. */
export interface Details {
  say(what: string): void;
  /** Of one kind of its work; undefined once that has succeeded. */
  fail(work: string, trouble: string | undefined): void;
}

/** Whether the details of a workflow say that some work of it failed and is tried again. */
export const isWaiting = (details: string): boolean => details.includes(triedAgain);
/** Of a failure, when it is known when the next try is. */
export const withNextTry = (said: string, atMs: number): string =>
  `${said}${triedAgain}${new Date(atMs).toISOString()}.`;
const triedAgain = '; tried again at ';

export function createDetails(): Details {
  const troubles = new Map<string, string>();
  let what = '';
  const show = (): void => setCurrentDetails([what, ...troubles.values()].join(' '));
  return {
    say(now) {
      what = now;
      show();
    },
    fail(work, trouble) {
      if (trouble !== undefined) troubles.set(work, `${work}: ${trouble}`);
      else if (!troubles.delete(work)) return;
      show();
    },
  };
}
