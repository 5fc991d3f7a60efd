import { createRolePool, roleScope } from '../db/connection/database.js';
import { deviceCredentialViews } from '../db/devices/access/device-credential.views.js';
import { telemetryInbox, type TelemetryInbox } from '../db/devices/telemetry.inbox.js';
import { createBatcher } from '../workers/gateway/batcher.js';
import { failure } from '../workflows/shared/failure.js';
import { createBroker } from '../workers/gateway/broker.js';
import { createDeviceCredentials } from '../workers/gateway/credentials.js';
import { createPeers } from '../workers/gateway/peer.js';
import { createDeviceBudgets } from '../workers/gateway/device-budgets.js';
import { createLogger } from '../workers/observability/logger.js';
import { startBenchDatabase, type BenchDatabase } from './shared/database.js';
import { compare, type Side } from './shared/ratio.js';
import { ratioFigure, type Figure } from './shared/report.js';
import { makeDevices, type BenchDevice } from './telemetry/devices.js';
import { publish } from './telemetry/publish.js';

const messagesARound = 20_000;
const deviceCount = 200;

/**
 * Acknowledged after commit, against the same gateway only counting, and against bare inserts of
 * the same rows.
 */
export async function benchTelemetry(): Promise<Figure[]> {
  const database = await startBenchDatabase();
  const pool = createRolePool(database.urls.ingest, { max: 4 });
  try {
    const devices = await makeDevices(database.admin, deviceCount);
    // Looked at for each message, as in production, and never used up.
    const budget = createDeviceBudgets({ messagesPerDay: 1e9, bytesPerDay: 1e12 });
    const accepting = await gatewaySide(telemetryInbox(roleScope(pool), budget), pool, devices);
    const counting = await gatewaySide({ accept: async () => [] }, pool, devices);
    const bare = await bareSide(database);
    const againstCounting = await compare(accepting.side, counting.side);
    const againstBare = await compare(accepting.side, bare);
    await assertNothingLost(database, accepting.sent());
    await Promise.all([accepting.close(), counting.close()]);
    return [
      {
        ...ratioFigure('telemetry.accept_vs_counting', againstCounting, {
          floor: 0.5,
          target: 0.85,
        }),
      },
      { ...ratioFigure('telemetry.accept_ratio', againstBare, { floor: 0.35 }) },
      {
        name: 'telemetry.accepted_per_second',
        value: againstCounting.ours,
        unit: '/s',
        note: `QoS 1 over ${deviceCount} connections, load on the same two cores`,
      },
    ];
  } finally {
    await pool.end();
    await database.stop();
  }
}

async function gatewaySide(
  inbox: TelemetryInbox,
  pool: ReturnType<typeof createRolePool>,
  devices: readonly BenchDevice[],
) {
  const logger = createLogger({ level: 'silent', process: 'bench' });
  const nobodyListens = { authenticate: async () => Promise.reject(failure('UNAUTHENTICATED')) };
  const credentials = createDeviceCredentials(deviceCredentialViews(roleScope(pool)));
  const peers = createPeers({ credentials, authenticator: nobodyListens, relayPassword: '' });
  const broker = await createBroker({
    watch: { onLook: () => undefined },
    refusals: { count: () => undefined },
    access: { connected: () => undefined, refused: () => undefined },
    refusalLog: { note: () => undefined },
    peers,
    telemetry: createBatcher({ inbox, onAccepted: () => undefined }),
    logger,
  });
  const address = (await broker.listen(0, '127.0.0.1')).address();
  const port = typeof address === 'object' && address ? address.port : 0;
  let firstSeq = 1;
  let sent = 0;
  const side: Side = async () => {
    const { seconds, acknowledged } = await publish({
      port,
      devices,
      messages: messagesARound,
      firstSeq,
    });
    firstSeq += Math.ceil(messagesARound / devices.length);
    sent += acknowledged;
    return acknowledged / seconds;
  };
  return { side, sent: () => sent, close: broker.close };
}

/** A single client, 1,000 rows a statement, into a table of the same columns and key. */
async function bareSide({ admin }: BenchDatabase): Promise<Side> {
  await admin.query('create schema bench');
  await admin.query(`create table bench.messages (device_id text, account_id uuid, message_id uuid not null default gen_random_uuid(), seq bigint not null,
    accepted_no bigint, received_at timestamptz, observed_at timestamptz, payload jsonb not null, primary key (device_id, accepted_no, received_at))`);
  let seq = 0;
  return async () => {
    const startedAt = performance.now();
    for (let done = 0; done < messagesARound; done += 1_000) {
      const rows = Array.from({ length: 1_000 }, () => {
        seq += 1;
        return { deviceId: `DEVICE${seq % deviceCount}`, seq, payload: samplePayload(seq) };
      });
      await admin.query({
        name: 'bench.bare',
        text: `insert into bench.messages (device_id, account_id, seq, accepted_no, received_at, observed_at, payload)
          select d, gen_random_uuid(), s, s, now(), now(), p::jsonb from unnest($1::text[], $2::bigint[], $3::text[]) as i(d, s, p)`,
        values: [
          rows.map((row) => row.deviceId),
          rows.map((row) => row.seq),
          rows.map((row) => row.payload),
        ],
      });
    }
    return (messagesARound / (performance.now() - startedAt)) * 1_000;
  };
}

const samplePayload = (seq: number): string =>
  JSON.stringify({
    schema_version: 1,
    local_timestamp_ms: Date.now(),
    seq,
    sensors: { ultrasonic: { raw_readings: [500, 501, 499] } },
    power: { battery_percentage: 80 },
  });

/** A round with a lost or doubled message is void, and so is the result. */
async function assertNothingLost({ admin }: BenchDatabase, sent: number): Promise<void> {
  const { rows } = await admin.query<{ kept: string; distinct: string }>(
    'select count(*) as kept, count(distinct (device_id, seq)) as distinct from devices.device_telemetry_messages',
  );
  const [counted] = rows;
  if (Number(counted?.kept) !== sent || Number(counted?.distinct) !== sent)
    throw new Error(`${sent} acknowledged, ${counted?.kept} kept, ${counted?.distinct} distinct`);
}
