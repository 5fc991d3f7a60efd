import { deriveReading, type ReadingDiagnostic } from '../../workflows/water/reading.rules.js';
import { quietBand } from '../../workflows/water/quiet-band.rules.js';
import type { WriteScope } from '../connection/database.js';
import type {
  MeasuredBatch,
  MeasuredKindStore,
  MeasuredMessage,
} from '../devices/measured-kind.contract.js';
import { levelStore, type MeasuredReservoir, type NewReading } from './level.store.js';
import { ReservoirModel } from './reservoir.model.js';

/** Reservoirs, as devices measure reservoirs. */
export const measuredReservoirStore = (scope: WriteScope): MeasuredKindStore => ({
  async holdThing(reservoirId) {
    const reservoir = await ReservoirModel.query(scope.transaction)
      .findById([scope.accountId, reservoirId])
      .forKeyShare()
      .select('reservoirId');
    return reservoir !== undefined;
  },

  async deriveReadings(batch) {
    const levels = levelStore(scope);
    const { accountId, thingId: reservoirId } = batch;
    const reservoir = await levels.measured({ accountId, reservoirId });
    if (!reservoir) return undefined;
    const { readings, rejected } = derive(reservoir, batch);
    const { levelState } = await levels.record(reservoir, readings);
    const { tank, thresholds } = reservoir;
    return {
      lastReadingAt: readings.at(-1)?.recordedAt ?? null,
      quietBand: levelState ? quietBand(tank, thresholds, levelState) : undefined,
      rejected,
    };
  },
});

function derive(
  { tank }: MeasuredReservoir,
  { deviceId, messages, sensorMarginPct }: MeasuredBatch,
) {
  const readings: NewReading[] = [];
  const rejected = new Map<ReadingDiagnostic, MeasuredMessage[]>();
  for (const message of messages) {
    if (!message.distancesMm) continue;
    const derived = deriveReading(tank, message.distancesMm, sensorMarginPct);
    if (typeof derived === 'string') {
      rejected.set(derived, [...(rejected.get(derived) ?? []), message]);
      continue;
    }
    readings.push({
      ...derived,
      recordedAt: message.receivedAt,
      observedAt: message.observedAt,
      source: 'DEVICE',
      deviceId,
      deviceTurnNo: message.turnNo,
      deviceEpoch: message.epoch,
      deviceSeq: message.seq,
      batteryPct: message.batteryPct,
      telemetryMessageId: message.messageId,
      isBackfill: message.isBackfill,
    });
  }
  return { readings, rejected };
}
