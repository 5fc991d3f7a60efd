import { answeredOnce, completeCommand } from '../../db/shared/command.js';
import type { Database, Transaction } from '../../db/shared/database.js';
import { createAttachmentStore, holdClaimedUnit } from '../../db/water/attachment.store.js';
import { createDeviceStore } from '../../db/water/device.store.js';
import { deriveTelemetry } from '../../db/water/telemetry.store.js';
import { commandOf } from '../../workflows/shared/command.js';
import type {
  Attachment,
  AttachRequest,
  ConnectivityState,
  DerivedBatch,
  DeviceSight,
  DetachRequest,
} from '../../workflows/water/device.contract.js';

export interface DeviceActivities {
  attach(request: AttachRequest & { deviceId: string }): Promise<Attachment>;
  detach(request: DetachRequest & { deviceId: string }): Promise<Attachment>;
  deriveReadings(request: { deviceId: string }): Promise<DerivedBatch>;
  readSight(request: { deviceId: string }): Promise<DeviceSight>;
  recordConnectivity(request: { deviceId: string; connectivity: ConnectivityState }): Promise<void>;
}

export interface DeviceActivityParts {
  database: Database;
  /** As millrace_ingest: telemetry goes across accounts. */
  ingest: Database;
  /** How far beyond its calibrated span a distance may be, in percent of the span. */
  sensorMarginPct?: number;
}

export function createDeviceActivities({ database, ingest, sensorMarginPct }: DeviceActivityParts): DeviceActivities {
  /** The change, its event and the end of the command in one transaction. */
  async function obey(
    trx: Transaction,
    request: DetachRequest & { deviceId: string },
    change: (store: ReturnType<typeof createAttachmentStore>) => Promise<Attachment>,
  ): Promise<Attachment> {
    const attachment = await change(createAttachmentStore(trx));
    await completeCommand(database, trx, commandOf(request), attachment, request.deviceId);
    return attachment;
  }

  return {
    /**
     * The pairing and its event, or a refusal; the unit is the platform's, and what becomes of it the account's. A repeat of
     * the command changes nothing, also when the device was detached meanwhile, and answers the same.
     */
    attach: (request) =>
      answeredOnce(database, commandOf(request), () =>
        database.inPlatform(async (trx) => {
          const unit = await holdClaimedUnit(trx, request);
          return database.stepInAccount(trx, request.accountId, () =>
            obey(trx, request, (store) => store.attach(request, unit)),
          );
        }),
      ),

    /** A repeat of the command changes nothing, also when the device was attached again meanwhile, and answers the same. */
    detach: (request) =>
      answeredOnce(database, commandOf(request), () =>
        database.inAccount(request.accountId, (trx) => obey(trx, request, (store) => store.detach(request))),
      ),

    /** Readings, level, events and the cursor behind them in one transaction: however often it runs, each message is derived once. */
    deriveReadings: ({ deviceId }) => ingest.inPlatform((trx) => deriveTelemetry(trx, deviceId, sensorMarginPct)),

    readSight: ({ deviceId }) => ingest.inPlatform((trx) => createDeviceStore(trx).sight(deviceId)),

    /** A repeat changes nothing and tells nothing again. */
    recordConnectivity: ({ deviceId, connectivity }) =>
      ingest.inPlatform((trx) => createDeviceStore(trx).recordConnectivity(deviceId, connectivity)),
  };
}
