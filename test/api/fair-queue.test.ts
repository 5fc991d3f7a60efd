import { describe, expect, it } from '@jest/globals';
import { createFairQueue } from '../../api/shared/fair-queue.js';
import { asFailure } from '../../workflows/shared/failure.js';

const limits = { maxRunning: 2, maxWaiting: 160, maxWaitingOfPlace: 64 };

/** Work done on demand, with the order of the places. */
function aQueue(changes: Partial<typeof limits> = {}) {
  const take = createFairQueue({ ...limits, ...changes });
  const done: string[] = [];
  const ask = (place: string) =>
    take(place, async () => {
      await new Promise(setImmediate);
      done.push(place);
    }).then(
      () => 'done',
      (error: unknown) => asFailure(error)?.code ?? 'failed',
    );
  const crowd = (place: string, size: number) => Array.from({ length: size }, () => ask(place));
  return { ask, crowd, done };
}
const count = (answers: readonly string[], answer: string) =>
  answers.filter((each) => each === answer).length;

describe('a queue of places', () => {
  it('lets a crowd from one address wait for itself', async () => {
    const { crowd, done } = aQueue();
    const strangers = crowd('stranger', 60);
    const right = await Promise.all(
      Array.from({ length: 40 }, (_, i) => crowd(`person ${i}`, 1)).flat(),
    );
    expect(count(right, 'done')).toBe(40);
    expect(count(await Promise.all(strangers), 'done')).toBe(60);
    // Each person had a turn before the crowd's second turn.
    expect(done.slice(0, 44).filter((place) => place !== 'stranger')).toHaveLength(40);
  });

  it('refuses what is more than its share, and gives room of the longest queue to others', async () => {
    const { crowd } = aQueue({ maxWaiting: 20, maxWaitingOfPlace: 18 });
    const one = crowd('one', 25);
    const two = crowd('two', 12);
    const answers = [await Promise.all(one), await Promise.all(two)];
    // Two are running; of the twenty places to wait each had half.
    expect(answers.map((each) => count(each, 'done'))).toEqual([12, 10]);
    expect(answers.map((each) => count(each, 'SERVICE_UNAVAILABLE'))).toEqual([13, 2]);
  });

  it('refuses one place what is more than its share, also while there is room', async () => {
    const { crowd } = aQueue({ maxWaitingOfPlace: 18 });
    const answers = await Promise.all(crowd('one', 25));
    expect([count(answers, 'done'), count(answers, 'SERVICE_UNAVAILABLE')]).toEqual([20, 5]);
  });

  it('goes on after work that fails', async () => {
    const take = createFairQueue({ ...limits, maxRunning: 1 });
    const failing = take('a', () => Promise.reject(new Error('no')));
    const next = take('a', () => Promise.resolve('yes'));
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('yes');
  });
});
