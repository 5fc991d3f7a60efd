import { afterEach, describe, expect, it } from '@jest/globals';
import { watchForHang } from '../../workers/dev/hang-watch.js';

const never = new Promise<never>(() => undefined);
let stopping = new AbortController();
afterEach(() => {
  stopping.abort();
  stopping = new AbortController();
});

/** Watches answers as in the list, in turn and then for ever as the last. */
function watch(...answers: ('yes' | 'no' | 'refuses')[]) {
  const told: string[] = [];
  let end: () => void = () => undefined;
  const exited = new Promise<void>((resolve) => (end = resolve));
  const answer = async (): Promise<void> => {
    const next = (answers.length > 1 ? answers.shift() : answers[0]) ?? 'no';
    if (next === 'no') await never;
    if (next === 'refuses') throw new Error('connection refused');
  };
  const over = watchForHang(
    { answer, exited },
    {
      hangMs: 600,
      signal: stopping.signal,
      tell: (event) => void told.push(event),
      end: () => {
        told.push('ended');
        end();
      },
    },
  );
  return { told, over, end };
}

describe('a process that is watched', () => {
  it.each(['no', 'refuses'] as const)(
    'is named when it does not answer (%s), and ended when that lasts',
    async (how) => {
      const { told, over } = watch('yes', how);
      await over;
      expect(told).toEqual(['silent', 'hangs', 'ended']);
    },
  );

  it('is left alone when it answers again', async () => {
    const { told, over, end } = watch('no', 'no', 'no', 'yes');
    while (told.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    end();
    await over;
    expect(told).toEqual(['silent', 'answers']);
  });

  it('is watched no longer than it lives', async () => {
    const { told, over, end } = watch('yes');
    end();
    await over;
    expect(told).toEqual([]);
  });
});
