import { setTimeout } from 'node:timers/promises';
import { crashPoint } from '../../db/shared/crash-point.js';
import type { AcceptedDevice } from '../../db/water/telemetry.inbox.js';
import type { Logger } from '../shared/logger.js';

/** Where it is kept how far each device's workflow has been told. */
export interface SignalCursors {
  markSignalled(devices: readonly AcceptedDevice[]): Promise<void>;
  /** Devices with messages that their workflow was not told of, as a killed gateway leaves them. */
  unsignalled(limit: number): Promise<AcceptedDevice[]>;
}

export interface SignallerOptions {
  cursors: SignalCursors;
  /** Resolves when the server has taken the signal. */
  signal: (device: AcceptedDevice) => Promise<void>;
  logger: Logger;
  clock?: Clock;
}

/** Milliseconds that only rise, and waiting for them to pass. */
export interface Clock {
  now(): number;
  sleep(ms: number): Promise<unknown>;
}

const realClock: Clock = { now: () => performance.now(), sleep: (ms) => setTimeout(ms) };

export interface Signaller {
  add: (devices: readonly AcceptedDevice[]) => void;
  stop(): Promise<void>;
}

/**
 * From one signal of a device to its next, and all devices together. A derivation costs the same for one message as for many;
 * an urgent one waits for no ordinary signal, only for the urgent one before it.
 */
const ordinaryGapMs = 2_000;
const urgentGapMs = 1_000;
const signalsPerSecond = 400;
const inFlightMax = 32;
const tickMs = 20;
const resumeMs = 5_000;
const resumeMax = 5_000;

/**
 * Tells device workflows that there is something to derive: one signal stands for all that came since the last. The first
 * message after a silence is told at once; what follows waits its gap, or its turn when many devices report. What changes
 * a level state goes before all else.
 */
export function startSignaller({ cursors, signal, logger, clock = realClock }: SignallerOptions): Signaller {
  /** In the order in which they came, device by device. */
  const urgent = new Map<string, number>();
  const ordinary = new Map<string, number>();
  const toldAt = new Map<string, number>();
  const urgentAt = new Map<string, number>();
  const told: AcceptedDevice[] = [];
  let inFlight = 0;
  let isStopping = false;

  function addOne({ deviceId, acceptedTo, isUrgent }: AcceptedDevice): void {
    const highest = Math.max(acceptedTo, urgent.get(deviceId) ?? 0, ordinary.get(deviceId) ?? 0);
    if (isUrgent) ordinary.delete(deviceId);
    const lane = isUrgent || urgent.has(deviceId) ? urgent : ordinary;
    lane.set(deviceId, highest);
  }

  async function tell(device: AcceptedDevice): Promise<void> {
    inFlight += 1;
    try {
      await signal(device);
      told.push(device);
    } catch (error) {
      logger.warn({ err: error, device_id: device.deviceId }, 'device workflow could not be told; it will be');
      addOne(device);
    } finally {
      inFlight -= 1;
    }
  }

  function sendDue(): void {
    const now = clock.now();
    let budget = Math.min(inFlightMax - inFlight, (signalsPerSecond * tickMs) / 1_000);
    for (const [lane, gapMs, lastAt] of [
      [urgent, urgentGapMs, urgentAt],
      [ordinary, ordinaryGapMs, toldAt],
    ] as const) {
      for (const [deviceId, acceptedTo] of lane) {
        if (budget <= 0) return;
        if (now - (lastAt.get(deviceId) ?? -Infinity) < gapMs) continue;
        lane.delete(deviceId);
        toldAt.set(deviceId, now);
        if (lane === urgent) urgentAt.set(deviceId, now);
        budget -= 1;
        void tell({ deviceId, acceptedTo, isUrgent: lane === urgent });
      }
    }
  }

  async function saveCursors(): Promise<void> {
    const done = told.splice(0);
    if (done.length === 0) return;
    crashPoint('gateway.before-cursor');
    await cursors.markSignalled(done);
  }

  async function run(): Promise<void> {
    let resumedAt = -Infinity;
    while (!isStopping) {
      try {
        sendDue();
        await saveCursors();
        // Also what others than this gateway have let in. What waits here already is only found again.
        if (clock.now() - resumedAt > resumeMs) {
          resumedAt = clock.now();
          for (const device of await cursors.unsignalled(resumeMax)) addOne(device);
        }
      } catch (error) {
        logger.warn({ err: error }, 'signal cursors could not be kept; they will be');
        await clock.sleep(1_000);
      }
      await clock.sleep(tickMs);
    }
    // What is not told yet is in the database, and the next gateway resumes it.
    while (inFlight > 0) await clock.sleep(tickMs);
    await saveCursors().catch(() => undefined);
  }

  const running = run();
  return {
    add: (devices) => devices.forEach(addOne),
    stop: async () => {
      isStopping = true;
      await running;
    },
  };
}
