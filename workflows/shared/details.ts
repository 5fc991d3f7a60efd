import { setCurrentDetails } from '@temporalio/workflow';

/** The details of a workflow for people: the present wait, and failed work. */
export interface Details {
  say(what: string): void;
  /** The trouble of a kind of work; undefined once the work succeeds. */
  fail(work: string, trouble: string | undefined): void;
}

/** Whether a workflow's details report failed work under retry. */
export const isWaiting = (details: string): boolean => details.includes(triedAgain);
/** Adds the time of the next try to a failure's text. */
export const withNextTry = (text: string, atMs: number): string =>
  `${text}${triedAgain}${new Date(atMs).toISOString()}.`;
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
