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
  /** Of payloads that wait, in characters: half of a payload's limit in each of 50,000 messages would be more than there is. */
  waitingCharactersMax?: number;
}

export interface Batcher {
  /** Resolves when the message is committed, or was committed before; rejects when it is not, and it must not be acknowledged. */
  add(deviceId: string, parsed: ParsedTelemetry): Promise<void>;
  /** False while so much waits that nothing more should be read. */
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
 * Turns single messages into bulk inserts without a delay of its own: what arrives while one batch commits is the next
 * batch, so batches grow with the load and one message alone waits for nobody.
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
        // In the next turn, so that all messages of one read from a socket travel together.
        if (!lane.isBusy) {
          lane.isBusy = true;
          setImmediate(() => void run(lane));
        }
      });
    },
    hasRoom: () => waitingCount < waitingMax && waitingCharacters < waitingCharactersMax,
    drained: () => (waitingCount === 0 ? Promise.resolve() : new Promise((resolve) => drainWaiters.push(resolve))),
  };
}

/** A statement is one text, so a batch ends where that would be too large. */
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
