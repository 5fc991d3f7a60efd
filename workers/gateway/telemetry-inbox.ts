import type { Config } from '../../config.js';
import type { StatementScope } from '../../db/connection/database.js';
import { telemetryInbox, type TelemetryInbox } from '../../db/devices/telemetry.inbox.js';
import { createDeviceBudgets } from './device-budgets.js';

/**
 * The inbox with the budgets of every road of telemetry: gateway, forwarder and CloudEvents alike.
 */
export const openTelemetryInbox = (config: Config, scope: StatementScope): TelemetryInbox =>
  telemetryInbox(
    scope,
    createDeviceBudgets({
      messagesPerDay: config.DEVICE_MESSAGES_PER_DAY,
      bytesPerDay: config.DEVICE_BYTES_PER_DAY,
    }),
  );
