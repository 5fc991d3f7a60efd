import { crashPoint } from '../../db/connection/crash-point.js';
import type {
  DeliveryStore,
  DueLane,
  LaneOutcome,
} from '../../db/platform/delivery/delivery.store.js';
import type { Consumer } from '../../workflows/platform/delivery.contract.js';
import { createLaneRuns, type LaneParts } from './delivery-lane.js';

interface PumpParts extends LaneParts {
  deliveries: DeliveryStore;
  /** After the abort, no new delivery begins. */
  ending: AbortSignal;
  /** The database failed: the next leader finds the due deliveries again. */
  onFault: (error: unknown) => void;
}

/**
 * Brings one consumer's lanes, so many side by side and each in order. Consumers have pumps of
 * their own, so no consumer waits for another.
 */
export function createDeliveryPump(parts: PumpParts) {
  const { consumerId, deliveries, lease, ending, onFault } = parts;
  /**
   * A process stopped for a while learns of nothing before going on, so every check reads the
   * lease.
   */
  const isEnding = () => ending.aborted || !lease.isHeld();
  /** Under way, or ended and not yet written down. */
  const busy = new Set<number>();
  const underWay = new Set<Promise<void>>();
  const outcomes = createOutcomes(parts);
  let wanted: Consumer | undefined;
  let wakeUp = (): void => undefined;
  let running: Promise<void> | undefined;
  let isBroken = false;
  const { run, isWaiting } = createLaneRuns(parts, isEnding);

  function begin(lane: DueLane, consumer: Consumer): void {
    busy.add(lane.laneId);
    const running = run(lane, consumer)
      .then(outcomes.add, broken)
      .finally(() => {
        underWay.delete(running);
        wakeUp();
      });
    underWay.add(running);
  }

  function broken(error: unknown): void {
    isBroken = true;
    onFault(error);
  }

  /** Runs until no lane is due; a wake starts the pump again. */
  async function pump(consumer: Consumer): Promise<void> {
    while (!isBroken) {
      const free = isEnding() || isWaiting() ? 0 : consumer.concurrency - busy.size;
      if (wanted && free > 0) {
        consumer = wanted;
        wanted = undefined;
        for (const lane of await deliveries.dueLanes(consumerId, [...busy], free))
          begin(lane, consumer);
      }
      if (outcomes.isEmpty() && underWay.size > 0)
        await new Promise<void>((resolve) => (wakeUp = resolve));
      if (!outcomes.isEmpty()) {
        for (const { laneId } of await outcomes.settle()) busy.delete(laneId);
        wanted ??= consumer;
      } else if (underWay.size === 0 && (!wanted || isWaiting() || isEnding())) return;
    }
  }

  return {
    /** Looks for due lanes, unless the pump is looking already. */
    wake(consumer: Consumer): void {
      if (isWaiting()) return;
      wanted = consumer;
      wakeUp();
      running ??= pump(consumer)
        .catch(broken)
        .finally(() => {
          running = undefined;
        });
    },

    /**
     * Resolves at the end of the running tries, so another leader's tries in the same lanes do not
     * overlap.
     */
    async ended(): Promise<void> {
      await Promise.all([running, ...underWay]);
    },
  };
}

/** Outcomes of lanes until the write: lanes ending during one write share the next write. */
function createOutcomes({ deliveries, lease }: Pick<PumpParts, 'deliveries' | 'lease'>) {
  let unwritten: LaneOutcome[] = [];
  return {
    add: (outcome: LaneOutcome): void => void unwritten.push(outcome),
    isEmpty: (): boolean => unwritten.length === 0,
    /** Returns the written outcomes. */
    async settle(): Promise<LaneOutcome[]> {
      const outcomes = unwritten;
      unwritten = [];
      crashPoint('relay.before-mark');
      await deliveries.settle(outcomes, lease.number);
      return outcomes;
    },
  };
}
