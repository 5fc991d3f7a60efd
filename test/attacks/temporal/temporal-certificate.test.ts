import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createServer, type Server } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { loadConfig } from '../../../config.js';
import { ConfigError } from '../../../processes/startup-failure.js';
import { temporalServer } from '../../../workers/process/temporal-server.js';
import { connectTestTemporal, type TestTemporal } from '../../support/servers/temporal.js';

/** The output of `make-secrets.sh` for Compose, and a stranger's output of the same script. */
const ours = mkdtempSync(join(tmpdir(), 'certificates-'));
const strangers = mkdtempSync(join(tmpdir(), 'certificates-'));
const script = fileURLToPath(new URL('../../../infra/compose/make-secrets.sh', import.meta.url));

let temporal: TestTemporal;
let door: Server;
let address: string;

beforeAll(async () => {
  for (const folder of [ours, strangers]) execFileSync('sh', [script, folder], { stdio: 'pipe' });
  temporal = await connectTestTemporal();
  const [host = '', port] = temporal.address.split(':');
  // As Temporal's frontend with TEMPORAL_TLS_REQUIRE_CLIENT_AUTH; the server of the tests has no
  // TLS of its own.
  const options = {
    cert: pem(ours, 'temporal_cert_server'),
    key: pem(ours, 'temporal_key_server'),
  };
  door = createServer(
    {
      ...options,
      ca: pem(ours, 'temporal_ca'),
      requestCert: true,
      rejectUnauthorized: true,
      ALPNProtocols: ['h2'],
    },
    (socket) => {
      const behind = connect(Number(port), host);
      void pipeline(socket, behind, socket).catch(() => undefined);
    },
  );
  await new Promise<void>((resolve) => void door.listen(0, '127.0.0.1', resolve));
  address = `127.0.0.1:${(door.address() as AddressInfo).port}`;
});
afterAll(async () => {
  door.close();
  await temporal.close();
  for (const folder of [ours, strangers]) rmSync(folder, { recursive: true });
});

const pem = (folder: string, name: string) => readFileSync(join(folder, name));

const variables = (folder: string, name = 'api') => ({
  TEMPORAL_ADDRESS: address,
  TEMPORAL_TLS_SERVER_NAME: 'localhost',
  TEMPORAL_TLS_CA_FILE: join(ours, 'temporal_ca'),
  TEMPORAL_TLS_CERT_FILE: join(folder, `temporal_cert_${name}`),
  TEMPORAL_TLS_KEY_FILE: join(folder, `temporal_key_${name}`),
});
/** By both connections of our processes. */
async function connects(given: Record<string, string>): Promise<string[]> {
  const server = temporalServer(loadConfig(given));
  const ways = [
    async () => (await Connection.connect({ ...server, connectTimeout: '3s' })).close(),
    async () => (await NativeConnection.connect(server)).close(),
  ];
  return Promise.all(
    ways.map((way) =>
      way().then(
        () => 'connected',
        () => 'refused',
      ),
    ),
  );
}
/** The ways with a connection; at once, since a client tries for seconds before giving up. */
async function connected(given: Record<string, string>[]): Promise<string[]> {
  const ends = await Promise.all(given.map(connects));
  return ends.flat().filter((end) => end !== 'refused');
}

describe('a Temporal that asks for certificates', () => {
  it.each(['api', 'workers', 'relay', 'gateway', 'forwarder', 'namespace', 'ui'])(
    'lets %s in by its own',
    async (name) => {
      expect(await connects(variables(ours, name))).toEqual(['connected', 'connected']);
    },
  );

  it('lets nobody in without one, nor by one of another authority', async () => {
    const {
      TEMPORAL_TLS_CERT_FILE: _cert,
      TEMPORAL_TLS_KEY_FILE: _key,
      ...without
    } = variables(ours);
    expect(await connected([without, { TEMPORAL_ADDRESS: address }, variables(strangers)])).toEqual(
      [],
    );
  });

  it('is not believed under a certificate of another authority or name', async () => {
    const other = { ...variables(ours), TEMPORAL_TLS_CA_FILE: join(strangers, 'temporal_ca') };
    const misnamed = { ...variables(ours), TEMPORAL_TLS_SERVER_NAME: 'other' };
    expect(await connected([other, misnamed])).toEqual([]);
  });
});

it('refuses a certificate without its key, and a file that is not there', () => {
  const { TEMPORAL_TLS_KEY_FILE: _key, ...keyless } = variables(ours);
  expect(() => temporalServer(loadConfig(keyless))).toThrow(ConfigError);
  expect(() =>
    temporalServer(loadConfig({ ...variables(ours), TEMPORAL_TLS_CA_FILE: '/nowhere' })),
  ).toThrow(ConfigError);
});
