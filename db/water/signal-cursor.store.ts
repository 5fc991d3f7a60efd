import type pg from 'pg';
import type { AcceptedDevice } from './telemetry.inbox.js';

/** How far each device's workflow has been told, over a pool of the role millrace_ingest. */
export function createSignalCursorStore(pool: pg.Pool) {
  return {
    async markSignalled(devices: readonly AcceptedDevice[]): Promise<void> {
      const latest = new Map(devices.map(({ deviceId, acceptedTo }) => [deviceId, acceptedTo]));
      await pool.query({
        name: 'telemetry.signalled',
        text: `with locked as (select d.device_id from water.device_inboxes d where d.device_id = any($1::text[]) order by 1 for update)
          update water.device_inboxes d set signalled_to = greatest(d.signalled_to, s.told_to)
          from unnest($1::text[], $2::bigint[]) as s(device_id, told_to), locked l
          where d.device_id = s.device_id and l.device_id = s.device_id`,
        values: [[...latest.keys()], [...latest.values()]],
      });
    },

    async unsignalled(limit: number): Promise<AcceptedDevice[]> {
      const { rows } = await pool.query<AcceptedDevice>({
        name: 'telemetry.unsignalled',
        text: `select d.device_id as "deviceId", d.accepted_to as "acceptedTo", false as "isUrgent" from water.device_inboxes d
          where d.accepted_to > d.signalled_to order by d.device_id limit $1`,
        values: [limit],
      });
      return rows;
    },
  };
}
