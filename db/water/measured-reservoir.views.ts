import {
  arrayOf,
  bigInteger,
  boolean,
  float,
  integer,
  orNull,
  text,
  timestamp,
  uuid,
} from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import type { MeasuredKindViews } from '../devices/measured-kind.contract.js';

const describedReservoirs = query({
  name: 'measuredReservoir.describe',
  parameters: { accountId: uuid, reservoirIds: arrayOf(uuid) },
  row: { reservoirId: uuid, reservoirName: text, siteId: uuid, siteName: text },
  text: `select r.reservoir_id, r.name as reservoir_name, s.site_id, s.name as site_name
   from water.reservoirs r join water.sites s on s.account_id = r.account_id and s.site_id = r.site_id
   where r.account_id = :accountId and r.reservoir_id = any(:reservoirIds)`,
});

const waitingReservoirs = query({
  name: 'measuredReservoir.waiting',
  parameters: { accountId: uuid, limit: integer },
  row: { reservoirId: uuid },
  text: `select r.reservoir_id from water.reservoirs r
   where r.account_id = :accountId and r.monitoring_mode = 'DEVICE' and not exists (
     select 1 from devices.device_attachments a
     where a.account_id = r.account_id and a.thing_id = r.reservoir_id and a.detached_at is null)
   limit :limit`,
});

const readingOfMessage = query({
  name: 'measuredReservoir.reading',
  parameters: { accountId: uuid, deviceId: text, seq: bigInteger, receivedAt: timestamp },
  row: {
    reading_id: uuid,
    reservoir_id: uuid,
    level_pct: float,
    volume_liters: orNull(float),
    recorded_at: timestamp,
    is_backfill: boolean,
  },
  text: `select g.reading_id, g.reservoir_id, g.level_pct, g.volume_liters, g.recorded_at, g.is_backfill
   from water.reservoir_readings g
   where g.account_id = :accountId and g.device_id = :deviceId and g.device_seq = :seq and g.recorded_at = :receivedAt`,
});

/** Reservoirs, as devices show the measured thing. */
export const measuredReservoirViews = (scope: ReadScope): MeasuredKindViews => ({
  async describe(reservoirIds) {
    const { accountId } = scope;
    const rows = await scope.read(describedReservoirs, { accountId, reservoirIds });
    return new Map(
      rows.map(({ reservoirId, reservoirName, siteId, siteName }) => [
        reservoirId,
        {
          name: reservoirName,
          fields: {
            reservoir: { reservoir_id: reservoirId, name: reservoirName },
            site: { site_id: siteId, name: siteName },
          },
        },
      ]),
    );
  },

  async waiting(limit) {
    const rows = await scope.read(waitingReservoirs, { accountId: scope.accountId, limit });
    return rows.map(({ reservoirId }) => reservoirId);
  },

  async reading(message) {
    const [reading] = await scope.read(readingOfMessage, {
      accountId: scope.accountId,
      ...message,
    });
    return reading;
  },
});
