import { answeredOnce, completeCommand } from '../../db/audit/command.js';
import { platformAccountId, type Database, type WriteScope } from '../../db/connection/database.js';
import { attachmentStore, type AttachmentStore } from '../../db/devices/attachment.store.js';
import { claimedUnitStore } from '../../db/devices/claimed-unit.store.js';
import { deviceSightViews } from '../../db/devices/device-sight.views.js';
import { deviceStore } from '../../db/devices/device.store.js';
import type { MeasuredKind } from '../../db/devices/measured-kind.contract.js';
import { telemetryStore } from '../../db/devices/telemetry.store.js';
import { commandOf } from '../../workflows/shared/command.js';
import type {
  Attachment,
  AttachRequest,
  ConnectivityState,
  DerivedBatch,
  DeviceSight,
  DetachRequest,
} from '../../workflows/devices/device.contract.js';

export interface DeviceActivities {
  attach(request: AttachRequest & { deviceId: string }): Promise<Attachment>;
  detach(request: DetachRequest & { deviceId: string }): Promise<Attachment>;
  deriveReadings(request: { deviceId: string }): Promise<DerivedBatch>;
  readSight(request: { deviceId: string }): Promise<DeviceSight>;
  recordConnectivity(request: { deviceId: string; connectivity: ConnectivityState }): Promise<void>;
}

interface DeviceActivityParts {
  database: Database;
  /** As millrace_ingest: telemetry goes across accounts. */
  ingest: Database;
  /** The kinds of things devices may be attached to. */
  measuredKinds: readonly MeasuredKind[];
  /** Margin of a distance beyond the calibrated span, in percent of the span. */
  sensorMarginPct?: number;
}

export function createDeviceActivities({
  database,
  ingest,
  measuredKinds,
  sensorMarginPct,
}: DeviceActivityParts): DeviceActivities {
  /** One transaction: the change, the event and the end of the command. */
  async function obey(
    scope: WriteScope,
    request: DetachRequest & { deviceId: string },
    change: (store: AttachmentStore) => Promise<Attachment>,
  ): Promise<Attachment> {
    const attachment = await change(attachmentStore(scope, measuredKinds));
    await completeCommand(scope, commandOf(request), attachment, request.deviceId);
    return attachment;
  }

  return {
    /**
     * Writes the attachment and the event, or refuses. The unit is held in the platform's tenant
     * context, the attachment written in the account's. A repeat of the command changes nothing and
     * answers the same, also after a detach meanwhile.
     */
    attach: (request) =>
      answeredOnce(database, commandOf(request), () =>
        database.transaction({ accountId: platformAccountId }, async (scope) => {
          const unit = await claimedUnitStore(scope).hold(request);
          return scope.as({ accountId: request.accountId }, (step) =>
            obey(step, request, (store) => store.attach(request, unit)),
          );
        }),
      ),

    /**
     * A repeat of the command changes nothing, also when the device was attached again meanwhile,
     * and answers the same.
     */
    detach: (request) =>
      answeredOnce(database, commandOf(request), () =>
        database.transaction({ accountId: request.accountId }, (scope) =>
          obey(scope, request, (store) => store.detach(request)),
        ),
      ),

    /**
     * One transaction for readings, level, events and cursor: each message is derived once, however
     * often the activity runs.
     */
    deriveReadings: ({ deviceId }) =>
      ingest.transaction({ accountId: platformAccountId }, (scope) =>
        telemetryStore(scope, { measuredKinds, sensorMarginPct }).derive(deviceId),
      ),

    readSight: ({ deviceId }) =>
      deviceSightViews(ingest.reads({ accountId: platformAccountId })).sight(deviceId),

    /** A repeat changes nothing and tells nothing again. */
    recordConnectivity: ({ deviceId, connectivity }) =>
      ingest.transaction({ accountId: platformAccountId }, (scope) =>
        deviceStore(scope).recordConnectivity(deviceId, connectivity),
      ),
  };
}
