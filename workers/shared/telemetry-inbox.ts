import type pg from 'pg';
import type { Config } from '../../config.js';
import { createTelemetryInbox, type TelemetryInbox } from '../../db/water/telemetry.inbox.js';
import { createDeviceBudgets } from './device-budgets.js';

/** The inbox with the budgets that every road of telemetry has: gateway, forwarder and CloudEvents alike. */
export const openTelemetryInbox = (config: Config, pool: pg.Pool): TelemetryInbox =>
  createTelemetryInbox(
    pool,
    createDeviceBudgets({
      messagesPerDay: config.DEVICE_MESSAGES_PER_DAY,
      bytesPerDay: config.DEVICE_BYTES_PER_DAY,
    }),
  );
