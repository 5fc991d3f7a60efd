import { createDevicesRoutes } from '../../api/devices/index.js';
import { required } from '../../config.js';
import { roleScope } from '../../db/connection/database.js';
import { deviceTaskQueue } from '../../workflows/devices/device.contract.js';
import { openTelemetryInbox } from '../gateway/telemetry-inbox.js';
import { measuredKindsOf, type DomainRoutes, type RouteParts } from '../shared/domain.js';

export async function openDevicesRoutes(parts: RouteParts): Promise<DomainRoutes> {
  const { resources, domains, workflows, cursors, openPool } = parts;
  const { config, database, queueOf } = resources;
  const schemas = await Promise.all(
    domains.map(async (domain) => (await domain.measuredKinds?.()) ?? []),
  );
  const routes = createDevicesRoutes({
    database,
    workflows,
    cursors,
    deviceIntervalMs: config.DEVICE_INTERVAL_MS,
    deviceTaskQueue: queueOf(deviceTaskQueue),
    claimCodeKey: config.deriveKey('claim codes'),
    measuredKinds: measuredKindsOf(domains),
    measuredKindSchemas: schemas.flat(),
    telemetryInbox: openTelemetryInbox(
      config,
      roleScope(await openPool(required(config, 'DATABASE_INGEST_URL'))),
    ),
  });
  return { routes };
}
