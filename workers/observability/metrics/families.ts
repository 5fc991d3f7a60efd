interface Family {
  type: 'counter' | 'gauge' | 'histogram';
  help: string;
  labels: readonly string[];
  buckets?: readonly number[];
}

/**
 * Every metric of ours: docs/operations.md lists the same, and a test compares. Labels have few
 * values: patterns, names and states, never an id.
 */
export const families = {
  millrace_http_requests_total: {
    type: 'counter',
    help: 'Requests answered, by route pattern and status',
    labels: ['method', 'route', 'status'],
  },
  millrace_http_request_duration_seconds: {
    type: 'histogram',
    help: 'From a request to its answer, by route pattern',
    labels: ['method', 'route'],
    buckets: [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  },
  millrace_http_requests_in_flight: { type: 'gauge', help: 'Requests under way', labels: [] },
  millrace_jwks_fetches_total: {
    type: 'counter',
    help: 'Times that keys of an issuer or provider were asked for, and what came of it',
    labels: ['issuer', 'outcome'],
  },
  millrace_db_connections: {
    type: 'gauge',
    help: 'Connections to PostgreSQL, by role and what they do',
    labels: ['role', 'state'],
  },
  millrace_db_waiting: {
    type: 'gauge',
    help: 'Work that waits for a connection, by role',
    labels: ['role'],
  },
  millrace_events_waiting: {
    type: 'gauge',
    help: 'Events not dispatched yet, up to 10,000',
    labels: [],
  },
  millrace_events_lag_seconds: {
    type: 'gauge',
    help: 'Age of the oldest event not dispatched yet',
    labels: [],
  },
  millrace_deliveries_total: {
    type: 'counter',
    help: 'Tries to deliver an event, by consumer and what came of it',
    labels: ['consumer', 'outcome'],
  },
  millrace_delivery_delay_seconds: {
    type: 'histogram',
    help: 'From an event to its delivery',
    labels: [],
    buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300, 3_600],
  },
  millrace_dead_letters: {
    type: 'gauge',
    help: 'Dead letters that hold their lane, by consumer',
    labels: ['consumer'],
  },
  millrace_lanes: {
    type: 'gauge',
    help: 'Lanes with something in them, by consumer; held behind a dead letter, or waiting',
    labels: ['consumer', 'state'],
  },
  millrace_lanes_late_seconds: {
    type: 'gauge',
    help: 'How late the lane is that should have gone first, by consumer',
    labels: ['consumer'],
  },
  millrace_telemetry_lag_messages: {
    type: 'gauge',
    help: 'Messages accepted and not derived yet',
    labels: [],
  },
  millrace_telemetry_lag_devices: { type: 'gauge', help: 'Devices with such messages', labels: [] },
  millrace_telemetry_drops_total: {
    type: 'counter',
    help: 'Messages acknowledged and not kept, by reason',
    labels: ['reason'],
  },
  millrace_gateway_refusals_total: {
    type: 'counter',
    help: 'What the gateway refused, by act (introduction, publish, subscription, connection) and reason',
    labels: ['act', 'reason'],
  },
  millrace_schedule_heartbeat_age_seconds: {
    type: 'gauge',
    help: 'Since the last success of a schedule',
    labels: ['schedule'],
  },
  millrace_reconciled_total: {
    type: 'counter',
    help: 'Rows and workflows that had come apart, by kind; mended, or apart still',
    labels: ['kind', 'outcome'],
  },
  millrace_activities_refused_total: {
    type: 'counter',
    help: 'Activities refused at their door, by name; their input, or a start that nobody of ours signed',
    labels: ['activity', 'reason'],
  },
  millrace_log_lines_dropped_total: {
    type: 'counter',
    help: 'Lines of the log that could not be written, as where a disk is full',
    labels: [],
  },
  millrace_signing_key_age_seconds: {
    type: 'gauge',
    help: 'How long access tokens have been signed with the same key',
    labels: [],
  },
  millrace_process_cpu_seconds_total: {
    type: 'counter',
    help: 'CPU time of the process',
    labels: [],
  },
  millrace_process_resident_bytes: { type: 'gauge', help: 'Memory of the process', labels: [] },
  millrace_process_heap_used_bytes: {
    type: 'gauge',
    help: 'Memory in use by JavaScript',
    labels: [],
  },
  millrace_clock_difference_seconds: {
    type: 'gauge',
    help: "How far the machine's clock is ahead of PostgreSQL's",
    labels: [],
  },
  millrace_process_start_time_seconds: {
    type: 'gauge',
    help: 'When the process started, in Unix time',
    labels: [],
  },
  millrace_event_loop_delay_seconds: {
    type: 'gauge',
    help: 'How late the event loop was since the last look, 99th percentile',
    labels: [],
  },
} as const satisfies Record<string, Family>;

export type MetricName = keyof typeof families;
type Named<Type extends Family['type']> = {
  [Name in MetricName]: (typeof families)[Name]['type'] extends Type ? Name : never;
}[MetricName];
export type CounterName = Named<'counter'>;
export type HistogramName = Named<'histogram'>;
export type LabelsOf<Name extends MetricName> = Record<
  (typeof families)[Name]['labels'][number],
  string
>;
