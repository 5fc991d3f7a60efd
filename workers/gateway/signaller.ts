import { setTimeout } from 'node:timers/promises';
import { crashPoint } from '../../db/connection/crash-point.js';
import type { AcceptedDevice } from '../../db/devices/telemetry.inbox.js';
import type { Logger } from '../observability/logger.js';

/** Stores how far each device's workflow has been signalled. */
interface SignalCursors {
  markSignalled(devices: readonly AcceptedDevice[]): Promise<void>;
  /**
   * Devices with messages without a signal to their workflow, as a killed gateway leaves behind.
   */
  unsignalled(limit: number): Promise<AcceptedDevice[]>;
}

interface SignallerOptions {
  cursors: SignalCursors;
  /** Resolves when the server has taken the signal. */
  signal: (device: AcceptedDevice) => Promise<void>;
  logger: Logger;
  clock?: Clock;
}

/** A monotonic clock in milliseconds, and a wait. */
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
 * The gap between two signals of a device, and the limit of all devices together. A derivation
 * costs the same for one message as for many; an urgent signal waits for no ordinary signal, only
 * for the urgent signal before (docs/decisions/0013).
 */
const ordinaryGapMs = 2_000;
const urgentGapMs = 1_000;
const signalsPerSecond = 400;
const inFlightMax = 32;
const tickMs = 20;
const resumeMs = 5_000;
const resumeMax = 5_000;

/**
 * Signals device workflows to derive: one signal stands for all messages since the last signal. The
 * first message after a silence is signalled at once; later messages wait for the gap, or their
 * turn when many devices report. A change of a level state goes first.
 */
export function startSignaller({
  cursors,
  signal,
  logger,
  clock = realClock,
}: SignallerOptions): Signaller {
  /** In the order of arrival, device by device. */
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
      logger.warn(
        { err: error, device_id: device.deviceId },
        'device workflow could not be told; it will be',
      );
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
        // Includes devices accepted by other gateways. A device already waiting here is only found
        // again.
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
    // Devices without a signal are in the database, and the next gateway resumes there.
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
