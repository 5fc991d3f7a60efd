import { statement, type Reader } from '../shared/database.js';

export interface TelemetryLag {
  devices: number;
  messages: number;
}

/** A pass over the inboxes, as the signaller makes one every five seconds: an index would have to be kept with every message. */
const lag = statement(
  'telemetry.lag',
  `select count(*)::int as devices, coalesce(sum(d.accepted_to - d.derived_to), 0)::float8 as messages
   from water.device_inboxes d where d.derived_to < d.accepted_to`,
);

/** How far deriving is behind accepting, as millrace_ingest. */
export function createTelemetryLagViews({ read }: { read: Reader }) {
  return {
    async now(): Promise<TelemetryLag> {
      const [row] = await read.inPlatform<TelemetryLag>(lag, []);
      return row ?? { devices: 0, messages: 0 };
    },
  };
}
