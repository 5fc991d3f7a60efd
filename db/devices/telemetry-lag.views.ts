import { float, integer, type Values } from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';

const lag = { devices: integer, messages: float };
type TelemetryLag = Values<typeof lag>;

/**
 * A pass over the inboxes, as the signaller makes every five seconds: an index would have to be
 * kept with every message.
 */
const lagOfInboxes = query({
  name: 'telemetry.lag',
  row: lag,
  text: `select count(*)::int as devices, coalesce(sum(d.accepted_to - d.derived_to), 0)::float8 as messages
   from devices.device_inboxes d where d.derived_to < d.accepted_to`,
});

/** How far deriving is behind accepting, as millrace_ingest. */
export const telemetryLagViews = (scope: ReadScope) => ({
  async now(): Promise<TelemetryLag> {
    const [row] = await scope.read(lagOfInboxes, {});
    return row ?? { devices: 0, messages: 0 };
  },
});
