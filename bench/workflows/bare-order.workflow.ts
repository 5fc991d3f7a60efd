import { condition, defineUpdate, proxyLocalActivities, setHandler } from '@temporalio/workflow';

const { doNothing } = proxyLocalActivities<{ doNothing(): Promise<void> }>({
  startToCloseTimeout: '5s',
});

export const placeBare = defineUpdate<number>('placeBare');
export const acceptBare = defineUpdate<number>('acceptBare');
export const confirmBare = defineUpdate<number>('confirmBare');

/** Steps done → the running deadline: the first of two confirmations moves none. */
const deadlineAfter = [0, 1, 2, 2, 3];

/**
 * An order's lifecycle with Temporal's cost alone: the same updates, timers and local activities,
 * all doing nothing.
 */
export async function bareOrderWorkflow(deadlineMs: number): Promise<void> {
  let done = 0;
  const step = async (): Promise<number> => {
    await doNothing();
    return (done += 1);
  };
  const validator = (): void => {
    if (done === 0) throw new Error('not placed');
  };
  setHandler(placeBare, async () => {
    await condition(() => done > 0);
    return done;
  });
  setHandler(acceptBare, step, { validator });
  setHandler(confirmBare, step, { validator });

  await step();
  for (;;) {
    const running = deadlineAfter[done];
    if (!(await condition(() => deadlineAfter[done] !== running, deadlineMs))) return;
  }
}
