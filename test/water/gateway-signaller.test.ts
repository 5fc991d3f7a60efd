import { afterEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import type { AcceptedDevice } from '../../db/water/telemetry.inbox.js';
import { startSignaller, type Signaller } from '../../workers/gateway/signaller.js';
import { eventually } from '../support/eventually.js';

let signaller: Signaller | undefined;
afterEach(() => signaller?.stop());

const accepted = (deviceId: string, acceptedTo: number, isUrgent = false): AcceptedDevice => ({
  deviceId,
  acceptedTo,
  isUrgent,
});

function start({ isDown = (): boolean => false, waiting = [] as AcceptedDevice[] } = {}) {
  const told: (AcceptedDevice & { atMs: number })[] = [];
  const saved = new Map<string, number>();
  signaller = startSignaller({
    cursors: {
      markSignalled: async (devices) => devices.forEach(({ deviceId, acceptedTo }) => saved.set(deviceId, acceptedTo)),
      unsignalled: async () => waiting.filter(({ deviceId, acceptedTo }) => (saved.get(deviceId) ?? 0) < acceptedTo),
    },
    signal: async (device) => {
      if (isDown()) throw new Error('Temporal is away');
      told.push({ ...device, atMs: performance.now() });
    },
    logger: pino({ level: 'silent' }),
  });
  return { told, saved, add: signaller.add };
}
const numbersOf = (told: { deviceId: string; acceptedTo: number }[], deviceId: string) =>
  told.filter((each) => each.deviceId === deviceId).map(({ acceptedTo }) => acceptedTo);

describe('the signaller', () => {
  it('tells the first message at once, and what follows as one', async () => {
    const { told, saved, add } = start();
    add([accepted('A', 1)]);
    await eventually(() => expect(numbersOf(told, 'A')).toEqual([1]), 500);
    for (let n = 2; n <= 5; n += 1) add([accepted('A', n)]);
    await sleep(500);
    expect(numbersOf(told, 'A')).toEqual([1]);
    await eventually(() => expect(numbersOf(told, 'A')).toEqual([1, 5]), 3_000);
    await eventually(() => expect(saved.get('A')).toBe(5));
  });

  it('tells what changes a level state sooner, with all that waited before it', async () => {
    const { told, add } = start();
    add([accepted('A', 1), accepted('B', 1)]);
    await eventually(() => expect(told).toHaveLength(2), 500);
    add([accepted('A', 2), accepted('B', 2)]);
    add([accepted('A', 3, true), accepted('A', 4)]);
    await eventually(() => expect(told).toHaveLength(4), 4_000);
    const [, , urgent, ordinary] = told;
    expect([urgent, ordinary]).toMatchObject([
      { deviceId: 'A', acceptedTo: 4 },
      { deviceId: 'B', acceptedTo: 2 },
    ]);
    expect((ordinary?.atMs ?? 0) - (urgent?.atMs ?? 0)).toBeGreaterThan(500);
  });

  it('lets no ordinary signal delay what changes a level state', async () => {
    const { told, add } = start();
    add([accepted('A', 1)]);
    await eventually(() => expect(numbersOf(told, 'A')).toEqual([1]), 500);
    add([accepted('A', 2, true)]);
    await eventually(() => expect(numbersOf(told, 'A')).toEqual([1, 2]), 500);
    // The next one waits a second: a level that swings about a threshold does not flood its workflow.
    add([accepted('A', 3, true)]);
    await sleep(500);
    expect(numbersOf(told, 'A')).toEqual([1, 2]);
    await eventually(() => expect(numbersOf(told, 'A')).toEqual([1, 2, 3]), 2_000);
  });

  it('catches up when Temporal is back', async () => {
    let isDown = true;
    const { told, saved, add } = start({ isDown: () => isDown });
    add([accepted('A', 1)]);
    await sleep(300);
    add([accepted('A', 2)]);
    expect(told).toEqual([]);
    expect(saved.size).toBe(0);
    isDown = false;
    await eventually(() => expect(numbersOf(told, 'A')).toEqual([2]));
    await eventually(() => expect(saved.get('A')).toBe(2));
  });

  it('goes on where another gateway was killed', async () => {
    const { told } = start({ waiting: [accepted('A', 7)] });
    await eventually(() => expect(numbersOf(told, 'A')).toEqual([7]), 2_000);
  });
});
