/** Tells of: signal-cursor.store, signaller. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { pino } from 'pino';
import type { AcceptedDevice } from '../../db/devices/telemetry.inbox.js';
import { startSignaller, type Clock, type Signaller } from '../../workers/gateway/signaller.js';

/** A moment, as against the second or two of a gap. */
const momentMs = 50;

let signaller: Signaller | undefined;
let clock: ReturnType<typeof createClock>;
afterEach(async () => {
  const stopped = signaller?.stop();
  await clock.passes(momentMs);
  await stopped;
});

const accepted = (deviceId: string, acceptedTo: number, isUrgent = false): AcceptedDevice => ({
  deviceId,
  acceptedTo,
  isUrgent,
});

/** Time passes when a test says so, at any speed of the machine. */
function createClock(): Clock & { passes(ms: number): Promise<void> } {
  let nowMs = 0;
  let sleepers: { dueMs: number; wake: () => void }[] = [];
  return {
    now: () => nowMs,
    sleep: (ms) => new Promise<void>((wake) => sleepers.push({ dueMs: nowMs + ms, wake })),
    async passes(ms) {
      // Code about to sleep does so first.
      await turn();
      for (const untilMs = nowMs + ms; nowMs < untilMs;) {
        nowMs += 1;
        const due = sleepers.filter(({ dueMs }) => dueMs <= nowMs);
        sleepers = sleepers.filter(({ dueMs }) => dueMs > nowMs);
        for (const { wake } of due) wake();
        if (due.length > 0) await turn();
      }
    },
  };
}

function start({ isDown = (): boolean => false, waiting = [] as AcceptedDevice[] } = {}) {
  const told: (AcceptedDevice & { atMs: number })[] = [];
  const saved = new Map<string, number>();
  clock = createClock();
  signaller = startSignaller({
    cursors: {
      markSignalled: async (devices) =>
        devices.forEach(({ deviceId, acceptedTo }) => saved.set(deviceId, acceptedTo)),
      unsignalled: async () =>
        waiting.filter(({ deviceId, acceptedTo }) => (saved.get(deviceId) ?? 0) < acceptedTo),
    },
    signal: async (device) => {
      if (isDown()) throw new Error('Temporal is away');
      told.push({ ...device, atMs: clock.now() });
    },
    logger: pino({ level: 'silent' }),
    clock,
  });
  return { told, saved, add: signaller.add };
}
const numbersOf = (told: { deviceId: string; acceptedTo: number }[], deviceId: string) =>
  told.filter((each) => each.deviceId === deviceId).map(({ acceptedTo }) => acceptedTo);

describe('the signaller', () => {
  it('tells the first message at once, and what follows as one', async () => {
    const { told, saved, add } = start();
    add([accepted('A', 1)]);
    await clock.passes(momentMs);
    expect(numbersOf(told, 'A')).toEqual([1]);
    for (let n = 2; n <= 5; n += 1) add([accepted('A', n)]);
    await clock.passes(1_900);
    expect(numbersOf(told, 'A')).toEqual([1]);
    await clock.passes(100 + momentMs);
    expect(numbersOf(told, 'A')).toEqual([1, 5]);
    expect(saved.get('A')).toBe(5);
  });

  it('tells what changes a level state sooner, with all that waited before it', async () => {
    const { told, add } = start();
    add([accepted('A', 1), accepted('B', 1)]);
    await clock.passes(momentMs);
    expect(told).toHaveLength(2);
    add([accepted('A', 2), accepted('B', 2)]);
    add([accepted('A', 3, true), accepted('A', 4)]);
    await clock.passes(2_000 + momentMs);
    expect(told).toHaveLength(4);
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
    await clock.passes(momentMs);
    expect(numbersOf(told, 'A')).toEqual([1]);
    add([accepted('A', 2, true)]);
    await clock.passes(momentMs);
    expect(numbersOf(told, 'A')).toEqual([1, 2]);
    // The next signal waits a second: a level that swings about a threshold does not flood the
    // workflow.
    add([accepted('A', 3, true)]);
    await clock.passes(900);
    expect(numbersOf(told, 'A')).toEqual([1, 2]);
    await clock.passes(100 + momentMs);
    expect(numbersOf(told, 'A')).toEqual([1, 2, 3]);
  });

  it('catches up when Temporal is back', async () => {
    let isDown = true;
    const { told, saved, add } = start({ isDown: () => isDown });
    add([accepted('A', 1)]);
    await clock.passes(300);
    add([accepted('A', 2)]);
    expect(told).toEqual([]);
    expect(saved.size).toBe(0);
    isDown = false;
    await clock.passes(2_000 + momentMs);
    expect(numbersOf(told, 'A')).toEqual([2]);
    expect(saved.get('A')).toBe(2);
  });

  it('goes on where another gateway was killed', async () => {
    const { told } = start({ waiting: [accepted('A', 7)] });
    await clock.passes(momentMs);
    expect(numbersOf(told, 'A')).toEqual([7]);
  });
});
