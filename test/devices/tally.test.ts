import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startTally, type Tally } from '../../workers/gateway/tally.js';
import { eventually } from '../support/timing/eventually.js';

type Counts = Record<'own' | 'strange', { count: number }>;
const most = { own: 2, strange: 1 };
const ends: (() => Promise<void>)[] = [];
afterEach(() => Promise.all(ends.splice(0).map((end) => end())));

function aTally(everyMs: number, work: () => Promise<void> = async () => undefined) {
  const reports: Record<keyof Counts, [string, number][]>[] = [];
  const tally: Tally<Counts> = startTally<Counts>({
    most,
    everyMs,
    async report({ own, strange }) {
      const listOf = (noted: typeof own) =>
        [...noted].map(([name, { count }]): [string, number] => [name, count]);
      reports.push({ own: listOf(own), strange: listOf(strange) });
      await work();
    },
  });
  ends.push(tally.stop);
  const count = (kind: keyof Counts, name: string): boolean => {
    const entry = tally.entry(kind, name, () => ({ count: 0 }));
    if (entry) entry.count += 1;
    return entry !== undefined;
  };
  return { tally, reports, count };
}

describe('a tally', () => {
  it('has room for so many names of each kind, and goes on counting those that it knows', async () => {
    const { tally, reports, count } = aTally(60_000);
    expect(['a', 'b'].map((name) => count('strange', name))).toEqual([true, false]);
    expect(['c', 'd', 'e', 'd'].map((name) => count('own', name))).toEqual([
      true,
      true,
      false,
      true,
    ]);
    await tally.stop();
    expect(reports).toEqual([
      {
        own: [
          ['c', 1],
          ['d', 2],
        ],
        strange: [['a', 1]],
      },
    ]);
  });

  it('begins anew with each report, and reports one after the other', async () => {
    let goOn: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    const { tally, reports, count } = aTally(5, () => gate);
    count('strange', 'a');
    await eventually(() => expect(reports).toHaveLength(1));
    expect(count('strange', 'b')).toBe(true);
    await sleep(30);
    expect(reports).toHaveLength(1);
    goOn();
    await tally.stop();
    expect(reports.map(({ strange }) => strange).filter((names) => names.length > 0)).toEqual([
      [['a', 1]],
      [['b', 1]],
    ]);
  });
});
