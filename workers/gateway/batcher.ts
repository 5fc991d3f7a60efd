import { crashPoint } from '../../db/connection/crash-point.js';
import type { AcceptedDevice, TelemetryInbox } from '../../db/devices/telemetry.inbox.js';
import type { ParsedTelemetry } from '../../workflows/devices/telemetry.contract.js';

interface BatcherOptions {
  inbox: TelemetryInbox;
  /** Receives the accepted devices after the commit. */
  onAccepted: (devices: readonly AcceptedDevice[]) => void;
  /**
   * With more than one shard, parsing goes on while a batch commits; a device always has the same
   * shard, so the device's messages keep their order.
   */
  shards?: number;
  batchMax?: number;
  waitingMax?: number;
  /**
   * Limit of all waiting payloads, in characters: 50,000 messages at half of a payload's limit
   * would not fit into memory.
   */
  waitingCharactersMax?: number;
}

export interface Batcher {
  /**
   * Resolves when the message is committed, now or before; rejects when the message is not
   * committed and must not be acknowledged.
   */
  add(deviceId: string, parsed: ParsedTelemetry): Promise<void>;
  /** False while too many messages wait: the gateway then reads no more. */
  hasRoom(): boolean;
  /** Resolves when nothing waits any more. */
  drained(): Promise<void>;
}

interface Waiting {
  parsed: ParsedTelemetry;
  characters: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Turns single messages into bulk inserts without an added delay: messages arriving during one
 * commit form the next batch, so batches grow with the load and a lone message waits for nobody.
 */
export function createBatcher({
  inbox,
  onAccepted,
  shards = 2,
  batchMax = 2_000,
  waitingMax = 50_000,
  waitingCharactersMax = 64 * 1024 * 1024,
}: BatcherOptions): Batcher {
  const lanes = Array.from({ length: shards }, (): { waiting: Waiting[]; isBusy: boolean } => ({
    waiting: [],
    isBusy: false,
  }));
  let waitingCount = 0;
  let waitingCharacters = 0;
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
      const batch = lane.waiting.splice(0, batchLength(lane.waiting, batchMax));
      await commit(batch);
      waitingCount -= batch.length;
      for (const { characters } of batch) waitingCharacters -= characters;
    }
    lane.isBusy = false;
    if (waitingCount === 0) drainWaiters = release(drainWaiters);
  }

  return {
    add(deviceId, parsed) {
      const lane = lanes[shardOf(deviceId, shards)];
      if (!lane) throw new Error('a device without a shard');
      return new Promise((resolve, reject) => {
        const { length: characters } = payloadOf(parsed);
        lane.waiting.push({ parsed, characters, resolve, reject });
        waitingCount += 1;
        waitingCharacters += characters;
        // The next turn, so all messages of one read from a socket share a batch.
        if (!lane.isBusy) {
          lane.isBusy = true;
          setImmediate(() => void run(lane));
        }
      });
    },
    hasRoom: () => waitingCount < waitingMax && waitingCharacters < waitingCharactersMax,
    drained: () =>
      waitingCount === 0 ? Promise.resolve() : new Promise((resolve) => drainWaiters.push(resolve)),
  };
}

/** A batch ends before the statement, one text, would be too large. */
const batchCharactersMax = 4 * 1024 * 1024;
function batchLength(waiting: readonly Waiting[], most: number): number {
  let characters = 0;
  for (const [n, each] of waiting.entries()) {
    characters += each.characters;
    if (n === most || (n > 0 && characters > batchCharactersMax)) return n;
  }
  return waiting.length;
}

const payloadOf = (parsed: ParsedTelemetry): string =>
  'message' in parsed ? parsed.message.payload : parsed.dropped.payload;

function release(waiters: readonly (() => void)[]): [] {
  for (const go of waiters) go();
  return [];
}

function shardOf(deviceId: string, shards: number): number {
  let hash = 0;
  for (let i = 0; i < deviceId.length; i += 1) hash = (hash * 31 + deviceId.charCodeAt(i)) | 0;
  return Math.abs(hash) % shards;
}
