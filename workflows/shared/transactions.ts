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
 * Local activities, each a transaction in Millrace's database and safe to repeat. A local activity
 * under retry writes history, and its failure is invisible to people: so tries are few, and timers
 * wait for the rest (docs/decisions/0007).
 */
interface Transactions<Activities> {
  /**
   * For a caller waiting for the answer: tries within a caller's patience, shorter than the API's
   * timeout.
   */
  forCaller: ActivityInterfaceFor<Activities>;
  /** For nobody in particular: a lost connection is over by the third try. */
  tried: ActivityInterfaceFor<Activities>;
  once: ActivityInterfaceFor<Activities>;
}

/**
 * The text of each activity in a workflow's history: the deed, without accounts, people or amounts.
 */
type Summaries<Activities> = Readonly<Record<keyof Activities & string, string>>;

export function proxyTransactions<Activities>(
  summaries: Summaries<Activities>,
): Transactions<Activities> {
  const startToCloseTimeout = '5s';
  return {
    forCaller: proxySummarized(summaries, {
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
    const { [name]: activity } = proxyLocalActivities<Activities>({
      ...options,
      summary: summaries[name],
    });
    return [name, activity];
  });
  return Object.fromEntries(proxied) as ActivityInterfaceFor<Activities>;
}

/**
 * The result of work for a waiting caller, or a failure to answer with. An outage is a failure too,
 * and nothing is retried afterwards.
 */
export async function answered<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw answerTo(error);
  }
}

/** The failure for a waiting caller after a failed activity. */
export function answerTo(error: unknown): unknown {
  const trouble = troubleOf(error);
  return trouble ? failure(trouble.content.code, trouble.content.details) : error;
}

/**
 * Work without a waiting caller, to be done some time. During an outage the work is tried again
 * with growing pauses; work failing for good is tried once an hour and later once a day. The
 * workflow's details name the work and the time of the next try.
 */
interface Patience<Activities> {
  /** An attempt has failed, and the pause before the next is not over. */
  isPausing(): boolean;
  /** Returns the trouble of a failed attempt; undefined after success. */
  attempt(
    work: (activities: ActivityInterfaceFor<Activities>) => Promise<unknown>,
  ): Promise<Trouble | undefined>;
  /** Attempts the work until success. */
  untilDone(
    work: (activities: ActivityInterfaceFor<Activities>) => Promise<unknown>,
  ): Promise<void>;
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
    // Spreads the next tries of workflows with the same outage.
    const ms = Math.ceil(pauseMs(trouble, failures) * (1 - Math.random() / 4));
    failures += 1;
    details.fail(name, withNextTry(trouble.summary, Date.now() + ms));
    const scope = new CancellationScope();
    pause = scope;
    const over = (): void => {
      if (pause === scope) pause = undefined;
    };
    scope
      .run(() => sleep(ms, { summary: `until the next try: ${name}` }))
      .then(over, () => undefined);
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
