import { crashPoint } from '../../db/shared/crash-point.js';
import type { AcceptedDevice, TelemetryInbox } from '../../db/water/telemetry.inbox.js';
import type { ParsedTelemetry } from '../../workflows/water/telemetry.contract.js';

export interface BatcherOptions {
  inbox: TelemetryInbox;
  /** Hears what was let in, after it is committed. */
  onAccepted: (devices: readonly AcceptedDevice[]) => void;
  /** More than one lets parsing go on while a batch commits; a device always has the same shard, which keeps its order. */
  shards?: number;
  batchMax?: number;
  waitingMax?: number;
}

export interface Batcher {
  /** Resolves when the message is committed, or was committed before; rejects when it is not, and it must not be acknowledged. */
  add(deviceId: string, parsed: ParsedTelemetry): Promise<void>;
  /** False while so much waits that nothing more should be read. */
  hasRoom(): boolean;
  /** Resolves when there is room again. */
  room(): Promise<void>;
  /** Resolves when nothing waits any more. */
  drained(): Promise<void>;
}

interface Waiting {
  parsed: ParsedTelemetry;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Turns single messages into bulk inserts without a delay of its own: what arrives while one batch commits is the next
 * batch, so batches grow with the load and one message alone waits for nobody.
 */
export function createBatcher({
  inbox,
  onAccepted,
  shards = 2,
  batchMax = 2_000,
  waitingMax = 50_000,
}: BatcherOptions): Batcher {
  const lanes = Array.from({ length: shards }, (): { waiting: Waiting[]; isBusy: boolean } => ({
    waiting: [],
    isBusy: false,
  }));
  let waitingCount = 0;
  let roomWaiters: (() => void)[] = [];
  let drainWaiters: (() => void)[] = [];

  async function commit(batch: readonly Waiting[]): Promise<void> {
    const messages = batch.flatMap(({ parsed }) => ('message' in parsed ? [parsed.message] : []));
    const dropped = batch.flatMap(({ parsed }) => ('dropped' in parsed ? [parsed.dropped] : []));
    try {
      const accepted = await inbox.accept(messages, dropped);
      crashPoint('gateway.before-puback');
      for (const { resolve } of batch) resolve();
      if (accepted.length > 0) onAccepted(accepted);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  async function run(lane: (typeof lanes)[number]): Promise<void> {
    lane.isBusy = true;
    while (lane.waiting.length > 0) {
      const batch = lane.waiting.splice(0, batchMax);
      await commit(batch);
      waitingCount -= batch.length;
      if (waitingCount < waitingMax / 2) roomWaiters = release(roomWaiters);
    }
    lane.isBusy = false;
    if (waitingCount === 0) drainWaiters = release(drainWaiters);
  }

  return {
    add(deviceId, parsed) {
      const lane = lanes[shardOf(deviceId, shards)];
      if (!lane) throw new Error('a device without a shard');
      return new Promise((resolve, reject) => {
        lane.waiting.push({ parsed, resolve, reject });
        waitingCount += 1;
        // In the next turn, so that all messages of one read from a socket travel together.
        if (!lane.isBusy) {
          lane.isBusy = true;
          setImmediate(() => void run(lane));
        }
      });
    },
    hasRoom: () => waitingCount < waitingMax,
    room: () => (waitingCount < waitingMax ? Promise.resolve() : new Promise((resolve) => roomWaiters.push(resolve))),
    drained: () => (waitingCount === 0 ? Promise.resolve() : new Promise((resolve) => drainWaiters.push(resolve))),
  };
}

function release(waiters: readonly (() => void)[]): [] {
  for (const go of waiters) go();
  return [];
}

function shardOf(deviceId: string, shards: number): number {
  let hash = 0;
  for (let i = 0; i < deviceId.length; i += 1) hash = (hash * 31 + deviceId.charCodeAt(i)) | 0;
  return Math.abs(hash) % shards;
}
