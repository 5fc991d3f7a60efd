import type { TelemetryInbox } from '../../db/devices/telemetry.inbox.js';
import type { RecordRouteParts } from '../shared/route-parts.js';
import type { Route } from '../route/route.js';
import { createDeviceOversightRoutes } from './device-oversight.routes.js';
import {
  createDevicePairingRoutes,
  type DevicePairingRouteParts,
} from './device-pairing.routes.js';
import { createDeviceUnitRoutes } from './device-unit.routes.js';
import { createDeviceRoutes, type DeviceRouteParts } from './device.routes.js';
import { createTelemetryBridgeRoutes } from './telemetry-bridge.routes.js';
import { createTelemetryRoutes } from './telemetry.routes.js';

type DevicesRouteParts = DeviceRouteParts &
  RecordRouteParts &
  DevicePairingRouteParts & { telemetryInbox: TelemetryInbox };

export const createDevicesRoutes = (parts: DevicesRouteParts): Route[] => [
  ...createDeviceUnitRoutes(parts),
  ...createDevicePairingRoutes(parts),
  ...createDeviceRoutes(parts),
  ...createTelemetryRoutes(parts),
  ...createTelemetryBridgeRoutes(parts),
  ...createDeviceOversightRoutes(parts),
];
