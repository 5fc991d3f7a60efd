import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';
import { aDevice, telemetry, type TestDevice } from '../../support/devices/device.js';
import { eventually } from '../../support/timing/eventually.js';
import { startTestBroker, type TestBroker } from '../../support/devices/gateway-broker.js';
import { connectPacket, publishPacket } from '../../support/devices/device-packets.js';
import { header, packet } from '../../support/devices/mqtt-packets.js';
import { openConnection, type RawConnection } from '../../support/http/raw-connection.js';

const mib = 1024 * 1024;
/** Bytes on the way at the close of a connection, in buffers of the kernel on both sides. */
const onTheWay = 8 * mib;
const connack = Buffer.from([0x20, 2, 0, 0]);
let test: TestDatabase;
let device: TestDevice;
let gateway: TestBroker;
const clients: RawConnection[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  device = await aDevice(test);
  gateway = await startTestBroker(test, {
    limits: {
      connectTimeoutMs: 1_000,
      packetTimeoutMs: 1_000,
      limits: { unfinishedBytesOfAddress: 150 * 1024 },
    },
  });
});
afterEach(() => {
  for (const client of clients.splice(0)) client.end();
  gateway.faults.length = 0;
});
afterAll(async () => {
  await gateway.stop();
  await test.drop();
});

async function stranger(localAddress?: string): Promise<RawConnection> {
  const client = await openConnection(
    gateway.port,
    localAddress === undefined ? {} : { localAddress },
  );
  clients.push(client);
  return client;
}
async function signedIn(who = device, localAddress?: string): Promise<RawConnection> {
  const client = await stranger(localAddress);
  client.send(connectPacket(who));
  await eventually(() => expect(client.received()).toEqual(connack));
  return client;
}
const topicOf = ({ deviceId }: TestDevice) => `devices/${deviceId}/telemetry`;
const closedFor = (fault: string) => eventually(() => expect(gateway.faults).toEqual([fault]));

describe('a stranger on MQTT', () => {
  it.each([
    ['a CONNECT of 150 MB', header(0x10, 150 * mib), 'PACKET_TOO_LARGE'],
    [
      'a CONNECT of one byte more than an introduction may have',
      header(0x10, 4097),
      'PACKET_TOO_LARGE',
    ],
    ['a PUBLISH before any CONNECT', header(0x30, 150 * mib), 'NOT_A_CONNECT'],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n'), 'NOT_A_CONNECT'],
    [
      'a length that goes on and on',
      Buffer.from([0x10, 0xff, 0x80, 0x80, 0x80, 0x01]),
      'MALFORMED_LENGTH',
    ],
    [
      'a length of five bytes',
      Buffer.from([0x10, 0x80, 0x80, 0x80, 0x80, 0x01]),
      'MALFORMED_LENGTH',
    ],
  ])('is closed at the announcement of %s', async (_, announcement, fault) => {
    const client = await stranger();
    client.send(announcement);
    expect(await client.flood(140 * mib)).toBeLessThan(onTheWay);
    await client.closed();
    await closedFor(fault);
  });

  it('is closed whether a length comes whole or byte by byte', async () => {
    const client = await stranger();
    for (const byte of header(0x10, 150 * mib)) {
      client.send(Buffer.from([byte]));
      await sleep(10);
    }
    await client.closed();
    await closedFor('PACKET_TOO_LARGE');
  });

  it('announces nothing large between CONNECT and CONNACK either', async () => {
    const client = await stranger();
    client.send(Buffer.concat([connectPacket(device), header(0x32, 5_000)]));
    await client.closed();
    await closedFor('PACKET_TOO_LARGE');
  });

  it.each([
    ['says nothing', async () => undefined],
    [
      'drips its CONNECT, a byte every 50 ms',
      async (client: RawConnection) => {
        for (const byte of connectPacket(device).subarray(0, 30)) {
          if (client.isClosed()) return;
          client.send(Buffer.from([byte]));
          await sleep(50);
        }
      },
    ],
  ])('has only some time to introduce itself when it %s', async (_, behave) => {
    const client = await stranger();
    await Promise.all([behave(client), client.closed()]);
    await closedFor('TOO_SLOW');
  });

  it('who holds places makes room for a device, of its own address or of another', async () => {
    const small = await startTestBroker(test, {
      limits: { limits: { connections: 60, connectionsOfAddress: 20, waiting: 30 } },
    });
    const comeFrom = async (localAddress: string): Promise<RawConnection> => {
      const client = await openConnection(
        small.port,
        localAddress === undefined ? {} : { localAddress },
      );
      clients.push(client);
      return client;
    };
    const introduced = async (localAddress: string): Promise<RawConnection> => {
      const client = await comeFrom(localAddress);
      client.send(connectPacket(device));
      await eventually(() => expect(client.received()).toEqual(connack));
      return client;
    };
    const held = await Promise.all(Array.from({ length: 20 }, () => comeFrom('127.0.0.2')));
    const fromThere = await introduced('127.0.0.2');
    await Promise.race(held.map((each) => each.closed()));
    expect(small.faults).toEqual(['TOO_MANY_CONNECTIONS']);
    expect(fromThere.isClosed()).toBe(false);
    for (const from of ['127.0.0.3', '127.0.0.4'])
      await Promise.all(Array.from({ length: 15 }, () => comeFrom(from)));
    const fromElsewhere = await introduced('127.0.0.5');
    expect(fromElsewhere.isClosed()).toBe(false);
    expect(new Set(small.faults)).toEqual(new Set(['TOO_MANY_CONNECTIONS']));
    await small.stop();
  });
});

describe('a device on MQTT', () => {
  it('is closed at the announcement of a PUBLISH of 200 MB, and its log says whose it was', async () => {
    const client = await signedIn();
    client.send(header(0x32, 200 * mib));
    expect(await client.flood(200 * mib)).toBeLessThan(onTheWay);
    await client.closed();
    await closedFor('PAYLOAD_TOO_LARGE');
    expect(gateway.refusals).toContain(`device ${device.deviceId} PAYLOAD_TOO_LARGE`);
  });

  it.each([
    ['SUBSCRIBE', header(0x82, 9_000)],
    ['UNSUBSCRIBE', header(0xa2, 9_000)],
    ['PUBACK', header(0x40, 3)],
    ['PUBREC', header(0x50, 200 * mib)],
    ['PUBREL', header(0x62, 200 * mib)],
    ['PUBCOMP', header(0x70, 200 * mib)],
    ['PINGREQ', header(0xc0, 1)],
    ['DISCONNECT', header(0xe0, 200 * mib)],
    ['a second CONNECT', header(0x10, 4097)],
  ])('is closed at a %s that is larger than any', async (_, announcement) => {
    const client = await signedIn();
    client.send(announcement);
    await client.closed();
    await closedFor('PACKET_TOO_LARGE');
  });

  it.each([0x00, 0x20, 0x90, 0xb0, 0xd0, 0xf0])(
    'is closed at a packet that is no client’s, %i',
    async (first) => {
      const client = await signedIn();
      client.send(header(first, 10));
      await client.closed();
      await closedFor('UNKNOWN_PACKET');
    },
  );

  it('is read right however its packets are cut', async () => {
    const client = await signedIn();
    const long = { note: 'x'.repeat(20_000) };
    const stream = Buffer.concat(
      [1, 2, 3, 4, 5, 6].map((seq) =>
        publishPacket(topicOf(device), seq, telemetry(seq, 500, seq % 2 ? {} : long)),
      ),
    );
    for (
      let index = 0, step = 1;
      index < stream.length;
      index += step, step = step * 3 > 9_000 ? 1 : step * 3
    ) {
      client.send(stream.subarray(index, index + step));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await eventually(() => expect(client.received().length).toBe(connack.length + 6 * 4));
    const { rows } = await test.admin.query(
      'select seq::int from devices.device_telemetry_messages where device_id = $1 order by seq',
      [device.deviceId],
    );
    expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(gateway.faults).toEqual([]);
  });

  it('may send the largest message there is', async () => {
    const largest = await aDevice(test);
    const client = await signedIn(largest);
    const empty = telemetry(1, 500, { note: '' });
    const payload = telemetry(1, 500, { note: 'x'.repeat(64 * 1024 - empty.length) });
    client.send(publishPacket(topicOf(largest), 1, payload));
    await eventually(() => expect(client.received().length).toBe(connack.length + 4));
    expect(gateway.faults).toEqual([]);
  });

  it('may not sit in the middle of a packet', async () => {
    const client = await signedIn();
    client.send(publishPacket(topicOf(device), 1, telemetry(1)).subarray(0, 40));
    await client.closed();
    await closedFor('TOO_SLOW');
  });

  it('holds no more in unfinished packets than its address may, and its neighbour none the less for it', async () => {
    const neighbour = await aDevice(test);
    const next = await signedIn(neighbour, '127.0.0.9');
    const devices = await Promise.all([1, 2, 3].map(() => aDevice(test)));
    const held = await Promise.all(devices.map((each) => signedIn(each, '127.0.0.8')));
    for (const each of held) each.send(Buffer.concat([header(0x32, 60 * 1024), Buffer.alloc(100)]));
    await Promise.race(held.map((each) => each.closed()));
    expect(gateway.faults).toEqual(['TOO_MANY_BYTES']);
    next.send(publishPacket(topicOf(neighbour), 1, telemetry(1)));
    await eventually(() => expect(next.received().length).toBe(connack.length + 4));
  });
});

it('gives a packet’s bytes to nobody for a fault of one before it', async () => {
  const client = await signedIn();
  const other = await aDevice(test);
  client.send(
    Buffer.concat([packet(0x00, Buffer.alloc(2)), publishPacket(topicOf(other), 1, telemetry(1))]),
  );
  await client.closed();
  await closedFor('UNKNOWN_PACKET');
});
