import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../../db/shared/id.js';
import { relayUsername } from '../../../workers/gateway/peer.js';
import { aDevice, type TestDevice } from '../../support/devices/device.js';
import {
  introduce,
  introductionOf,
  startTestGateway,
  type TestGateway,
} from '../../support/devices/gateway.js';
import {
  connectPacket,
  packet,
  packetsIn,
  pingPacket,
  publishPacket,
  subscribePacket,
  text,
  type Connect,
} from '../../support/devices/mqtt-packets.js';
import { openConnection } from '../../support/http/raw-connection.js';
import { eventually } from '../../support/timing/eventually.js';

let gateway: TestGateway;
let own: TestDevice;
let neighbour: TestDevice;
beforeAll(async () => {
  gateway = await startTestGateway();
  ({ own, neighbour } = gateway);
});
afterEach(() => gateway.servesOthers());
afterAll(() => gateway.stop());

const as = (changes: Partial<Connect>): Connect => Object.assign(introductionOf(own), changes);

/** Of a device with the right password, with one thing wrong. */
const strangers: readonly [name: string, introduction: () => Connect][] = [
  ['a wrong password', () => as({ password: 'wrong' })],
  ['an empty password', () => as({ password: '' })],
  ['no password', () => ({ clientId: own.deviceId, username: own.deviceId })],
  ['the password of a neighbour', () => as({ password: neighbour.password })],
  ['the password and more', () => as({ password: `${own.password} ` })],
  ['no user name', () => ({ clientId: own.deviceId, password: own.password })],
  ['nothing but an id', () => ({ clientId: own.deviceId })],
  ['an empty user name', () => as({ username: '' })],
  ['the user name of a neighbour', () => as({ username: neighbour.deviceId })],
  ['the id of a neighbour', () => as({ clientId: neighbour.deviceId })],
  [
    'the id and user name of a neighbour',
    () => as({ clientId: neighbour.deviceId, username: neighbour.deviceId }),
  ],
  ['the id in lower case', () => as({ clientId: own.deviceId.toLowerCase() })],
  [
    'id and user name in lower case',
    () => as({ clientId: own.deviceId.toLowerCase(), username: own.deviceId.toLowerCase() }),
  ],
  ['an id with a space', () => as({ clientId: `${own.deviceId} ` })],
  ['an id with a NUL', () => as({ clientId: `${own.deviceId}\0` })],
  ['an id below its own', () => as({ clientId: `${own.deviceId}/x` })],
  ['an id of a wildcard', () => as({ clientId: '+' })],
  ['an id of all wildcards', () => as({ clientId: '#', username: '#' })],
  ['an id of the broker', () => as({ clientId: '$SYS/broker' })],
  ['an id in SQL', () => as({ clientId: "' or '1'='1", username: "' or '1'='1" })],
  ['an id of 10 KB', () => as({ clientId: 'A'.repeat(10_000) })],
  ['no id', () => as({ clientId: '' })],
  ['no id and a session to keep', () => as({ clientId: '', isClean: false })],
  ['the name of the relay', () => as({ clientId: 'relay', username: relayUsername })],
  ['the name of the relay and no password', () => ({ clientId: 'relay', username: relayUsername })],
  [
    'the name of the relay and an empty password',
    () => as({ clientId: 'relay', username: relayUsername, password: '' }),
  ],
  ['the id of an account', () => as({ clientId: `${own.accountId}/app`, username: own.accountId })],
  [
    'the id of an account and a forged token',
    () => as({ clientId: `${own.accountId}/app`, username: own.accountId, password: 'a.b.c' }),
  ],
  [
    'an account that is none',
    () => as({ clientId: `${newId()}/app`, username: newId(), password: 'a.b.c' }),
  ],
];

describe('who introduces themselves with', () => {
  it.each(strangers)('%s is not let in', async (_name, introduction) => {
    const connection = await openConnection(gateway.port);
    expect(await introduce(connection, connectPacket(introduction()))).not.toBe(0);
    await connection.closed();
  });

  it('a disabled unit is not let in', async () => {
    const disabled = await aDevice(gateway.test);
    await gateway.test.admin.query(
      "update devices.device_units set provisioning_status = 'DISABLED' where device_id = $1",
      [disabled.deviceId],
    );
    const connection = await openConnection(gateway.port);
    expect(await introduce(connection, connectPacket(introductionOf(disabled)))).not.toBe(0);
  });

  it('the id of a neighbour does not end the neighbour’s connection', async () => {
    const connection = await gateway.connect({}, neighbour);
    for (const [, introduction] of strangers) {
      const stranger = await openConnection(gateway.port);
      await introduce(stranger, connectPacket(introduction()));
      stranger.end();
    }
    connection.send(pingPacket);
    await connection.until((bytes) => packetsIn(bytes).some(({ type }) => type === 'PINGRESP'));
    expect(connection.isClosed()).toBe(false);
    connection.end();
  });
});

/** A right password in a packet of another protocol. */
const otherProtocols: readonly [name: string, changes: Partial<Connect>][] = [
  ['MQTT 5', { version: 5 }],
  ['a version before all', { version: 0 }],
  ['a version to come', { version: 6 }],
  ['a bridge', { version: 0x84 }],
  ['the last of all versions', { version: 255 }],
  ['another protocol', { protocol: 'MQTX' }],
  ['a protocol without a name', { protocol: '' }],
  ['a protocol with a long name', { protocol: 'M'.repeat(5_000) }],
  ['the flag that must not be', { flags: 0xc3 }],
  ['flags for a will that is not there', { flags: 0xc2 | 0x04 }],
  ['a will of QoS 3', { will: { topic: 'x', payload: 'x', qos: 3 } }],
];

describe('a connection in', () => {
  it.each(otherProtocols)('%s is not let in', async (_name, changes) => {
    const connection = await openConnection(gateway.port);
    // A packet waiting for the rest gets bytes that cannot belong to the packet.
    const introduction = Buffer.concat([connectPacket(as(changes)), Buffer.alloc(4, 0xff)]);
    expect(await introduce(connection, introduction)).not.toBe(0);
    connection.end();
  });
});

describe('before an introduction', () => {
  it.each([
    ['a message', () => publishPacket({ topic: `devices/${own.deviceId}/telemetry` })],
    ['a subscription', () => subscribePacket([`devices/${own.deviceId}/config/#`])],
    ['a ping', () => pingPacket],
    ['a CONNACK', () => packet(0x20, Buffer.from([0, 0]))],
    ['a PUBACK', () => packet(0x40, Buffer.from([0, 1]))],
    ['noise', () => Buffer.concat([Buffer.from([0xf0, 0x20]), randomBytes(32)])],
    ['an introduction that ends within', () => packet(0x10, text('MQTT'))],
  ])('%s closes the connection', async (_name, first) => {
    const connection = await openConnection(gateway.port);
    connection.send(first());
    expect(packetsIn(await connection.closed())).toEqual([]);
  });

  it('nothing is stored of what came', async () => {
    expect([await gateway.storedOf(own), await gateway.storedOf(neighbour)]).toEqual([0, 0]);
  });
});

describe('who has been let in', () => {
  it('is not let in again on the same connection', async () => {
    const connection = await gateway.connect();
    connection.send(connectPacket(introductionOf(neighbour)));
    expect(packetsIn(await connection.closed())).toHaveLength(1);
  });
});

it('takes as many connections from one address as the configuration says, and another when one has gone', async () => {
  const small = await startTestGateway({ MQTT_CONNECTIONS_PER_ADDRESS: '2' });
  try {
    const [first] = [await small.connect(), await small.connect({}, small.neighbour)];
    const third = introductionOf(await aDevice(small.test));
    const come = async (): Promise<number | undefined> => {
      const connection = await openConnection(small.port);
      const code = await introduce(connection, connectPacket(third));
      connection.end();
      return code;
    };
    expect(await come()).toBeUndefined();
    first.end();
    await eventually(async () => expect(await come()).toBe(0));
  } finally {
    await small.stop();
  }
});
