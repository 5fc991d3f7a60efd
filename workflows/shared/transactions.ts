import {
  CancellationScope,
  condition,
  proxyLocalActivities,
  sleep,
  type ActivityInterfaceFor,
  type LocalActivityOptions,
} from '@temporalio/workflow';
import { withNextTry, type Details } from './details.js';
import { failure } from './failure.js';
import { pauseMs, troubleOf, type Trouble } from './trouble.js';

/**
 * Activities that are one transaction in our own database each, and safe to repeat: so local. A local activity that goes on being
 * tried writes history all the while, and nobody sees that it fails: so its tries are few, and what they leave is waited for by timers.
 */
export interface Transactions<Activities> {
  /** For whoever waits for the answer: as many tries as a caller has patience for, less than the API has. */
  asked: ActivityInterfaceFor<Activities>;
  /** For nobody in particular: a lost connection is over by the third try. */
  tried: ActivityInterfaceFor<Activities>;
  once: ActivityInterfaceFor<Activities>;
}

/** What people who look at a workflow's history read of each activity: what it does, and never whose or how much. */
export type Summaries<Activities> = Readonly<Record<keyof Activities & string, string>>;

export function proxyTransactions<Activities>(summaries: Summaries<Activities>): Transactions<Activities> {
  const startToCloseTimeout = '5s';
  return {
    asked: proxySummarized(summaries, {
      startToCloseTimeout,
      scheduleToCloseTimeout: '7s',
      retry: { initialInterval: '100ms', maximumInterval: '1s', maximumAttempts: 8 },
    }),
    tried: proxySummarized(summaries, {
      startToCloseTimeout,
      retry: { initialInterval: '100ms', backoffCoefficient: 4, maximumAttempts: 3 },
    }),
    once: proxySummarized(summaries, { startToCloseTimeout, retry: { maximumAttempts: 1 } }),
  };
}

/** Made once, when the workflow's code is loaded: a call costs no more than without. */
function proxySummarized<Activities>(
  summaries: Summaries<Activities>,
  options: LocalActivityOptions,
): ActivityInterfaceFor<Activities> {
  const names = Object.keys(summaries) as (keyof Activities & string)[];
  const proxied = names.map((name) => {
    const { [name]: activity } = proxyLocalActivities<Activities>({ ...options, summary: summaries[name] });
    return [name, activity];
  });
  return Object.fromEntries(proxied) as ActivityInterfaceFor<Activities>;
}

/** What somebody waits for, with a failure that can be answered: an outage is one, too, and then nothing goes on by itself. */
export async function answered<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw answerTo(error);
  }
}

/** What to fail with where an activity failed for whoever waits. */
export function answerTo(error: unknown): unknown {
  const trouble = troubleOf(error);
  return trouble ? failure(trouble.content.code, trouble.content.details) : error;
}

/**
 * Work that nobody waits for and that must be done some time. While something is away it is tried again with growing pauses; what
 * fails for good is tried once an hour and then once a day. The details of the workflow say which, and when.
 */
export interface Patience<Activities> {
  /** An attempt has failed, and it is not time for the next one. */
  isPausing(): boolean;
  /** Answers why it failed; undefined where it succeeded. */
  attempt(work: (activities: ActivityInterfaceFor<Activities>) => Promise<unknown>): Promise<Trouble | undefined>;
  /** Attempts it until it succeeds. */
  untilDone(work: (activities: ActivityInterfaceFor<Activities>) => Promise<unknown>): Promise<void>;
  /** The work is no longer to be done. */
  end(): void;
}

export function createPatience<Activities>(
  { tried, once }: Transactions<Activities>,
  details: Details,
  name: string,
): Patience<Activities> {
  let failures = 0;
  let pause: CancellationScope | undefined;

  function endPause(): void {
    pause?.cancel();
    pause = undefined;
  }

  function beginPause(trouble: Trouble): void {
    // Not all of those that have met the same outage at the same moments.
    const ms = Math.ceil(pauseMs(trouble, failures) * (1 - Math.random() / 4));
    failures += 1;
    details.fail(name, withNextTry(trouble.said, Date.now() + ms));
    const scope = new CancellationScope();
    pause = scope;
    const over = (): void => {
      if (pause === scope) pause = undefined;
    };
    scope.run(() => sleep(ms, { summary: `until the next try: ${name}` })).then(over, () => undefined);
  }

  const patience: Patience<Activities> = {
    isPausing: () => pause !== undefined,

    async attempt(work) {
      endPause();
      try {
        await work(failures === 0 ? tried : once);
      } catch (error) {
        const trouble = troubleOf(error);
        if (!trouble) throw error;
        beginPause(trouble);
        return trouble;
      }
      patience.end();
      return undefined;
    },

    async untilDone(work) {
      while (await patience.attempt(work)) await condition(() => pause === undefined);
    },

    end() {
      endPause();
      failures = 0;
      details.fail(name, undefined);
    },
  };
  return patience;
}
