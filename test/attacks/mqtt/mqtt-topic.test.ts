import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../../db/shared/id.js';
import { telemetry, type TestDevice } from '../../support/devices/device.js';
import { eventually } from '../../support/timing/eventually.js';
import { startTestGateway, type TestGateway } from '../../support/devices/gateway.js';
import {
  packetsIn,
  pingPacket,
  publishPacket,
  subscribePacket,
  type Publish,
} from '../../support/devices/mqtt-packets.js';
import type { RawConnection } from '../../support/http/raw-connection.js';

let gateway: TestGateway;
let own: TestDevice;
let neighbour: TestDevice;
beforeAll(async () => {
  gateway = await startTestGateway();
  ({ own, neighbour } = gateway);
});
afterEach(async () => {
  expect(await gateway.storedOf(neighbour)).toBe(0);
});
afterAll(() => gateway.stop());

const telemetryOf = ({ deviceId }: TestDevice) => `devices/${deviceId}/telemetry`;
const configOf = ({ deviceId }: TestDevice) => `devices/${deviceId}/config`;

/** Topics closed to a device, by the information on the topic. */
const subscriptions: readonly [name: string, topic: () => string][] = [
  ['everything', () => '#'],
  ['everything, of one level', () => '+'],
  ['all that devices say', () => 'devices/#'],
  ['all that devices report', () => 'devices/+/telemetry'],
  ['what all devices are told', () => 'devices/+/config/#'],
  ['any topic of three levels', () => '+/+/+'],
  ['what a neighbour reports', () => telemetryOf(neighbour)],
  ['what a neighbour is told', () => `${configOf(neighbour)}/#`],
  ['one thing that a neighbour is told', () => `${configOf(neighbour)}/network`],
  ['what it reports itself', () => telemetryOf(own)],
  ['all of its own topics', () => `devices/${own.deviceId}/#`],
  [
    'its own topics by way of a neighbour',
    () => `devices/${own.deviceId}/../${neighbour.deviceId}/config/#`,
  ],
  ['its own topics below a slash', () => `/${configOf(own)}/#`],
  ['its id in lower case', () => `devices/${own.deviceId.toLowerCase()}/config/#`],
  ['events of its account', () => `events/${own.accountId}/#`],
  ['events of all accounts', () => 'events/#'],
  ['events of another account', () => `events/${newId()}/#`],
  ['the broker itself', () => '$SYS/#'],
  ['who comes and goes', () => '$SYS/+/new/clients'],
  ['a share of everything', () => '$share/x/#'],
  ['a share of what devices report', () => '$share/x/devices/+/telemetry'],
  ['a share of its own', () => `$share/x/${configOf(own)}/#`],
  ['a queue of everything', () => '$queue/#'],
];

describe('a subscription to', () => {
  it.each(subscriptions)('%s is refused', async (_name, topic) => {
    const connection = await gateway.connect();
    connection.send(subscribePacket([topic()]));
    const received = await connection.until((bytes) =>
      packetsIn(bytes).some(({ type }) => type === 'SUBACK'),
    );
    const suback = packetsIn(received).find(({ type }) => type === 'SUBACK');
    // Refused by code, or by hanging up.
    expect(suback?.content.subarray(2) ?? Buffer.from([0x80])).toEqual(Buffer.from([0x80]));
    connection.end();
  });

  it('foreign topics beside an own one is refused, and the own one is granted', async () => {
    const connection = await gateway.connect();
    connection.send(subscribePacket(['#', `${configOf(own)}/#`, `${configOf(neighbour)}/#`]));
    const received = await connection.until((bytes) =>
      packetsIn(bytes).some(({ type }) => type === 'SUBACK'),
    );
    expect([...(packetsIn(received).at(-1)?.content.subarray(2) ?? [])]).toEqual([0x80, 1, 0x80]);
    connection.end();
  });
});

/** Messages closed to a device. */
const publishes: readonly [name: string, publish: () => Publish][] = [
  ['what a neighbour reports', () => ({ topic: telemetryOf(neighbour) })],
  ['what a neighbour is told', () => ({ topic: `${configOf(neighbour)}/network` })],
  ['what it is told itself', () => ({ topic: `${configOf(own)}/network` })],
  ['what a neighbour answers', () => ({ topic: `${configOf(neighbour)}/status/network` })],
  ['an event of its account', () => ({ topic: `events/${own.accountId}/water.order` })],
  ['the broker’s own', () => ({ topic: '$SYS/broker/x' })],
  ['a share', () => ({ topic: `$share/x/${telemetryOf(own)}` })],
  ['its telemetry, to be kept', () => ({ topic: telemetryOf(own), isRetained: true })],
  ['its telemetry, exactly once', () => ({ topic: telemetryOf(own), qos: 2 })],
  ['a topic of a wildcard', () => ({ topic: 'devices/+/telemetry' })],
  ['a topic of all wildcards', () => ({ topic: '#' })],
  ['its telemetry below a slash', () => ({ topic: `/${telemetryOf(own)}` })],
  ['its telemetry with a slash behind it', () => ({ topic: `${telemetryOf(own)}/` })],
  ['more than telemetry', () => ({ topic: `${telemetryOf(own)}/x` })],
  ['its telemetry in lower case', () => ({ topic: telemetryOf(own).toLowerCase() })],
  ['its telemetry and a NUL', () => ({ topic: `${telemetryOf(own)}\0` })],
  [
    'its telemetry by way of a neighbour',
    () => ({ topic: `devices/${own.deviceId}/../${neighbour.deviceId}/telemetry` }),
  ],
  ['no topic', () => ({ topic: '' })],
  [
    'more than a message may hold',
    () => ({ topic: telemetryOf(own), payload: 'x'.repeat(64 * 1024 + 1) }),
  ],
];

describe('a message of', () => {
  it.each(publishes)('%s closes the connection, unanswered', async (_name, publish) => {
    const connection = await gateway.connect();
    connection.send(publishPacket(Object.assign({ payload: telemetry(1) }, publish())));
    const received = packetsIn(await connection.closed());
    expect(received.map(({ type }) => type)).toEqual(['CONNACK']);
    expect(await gateway.storedOf(own)).toBe(0);
  });

  it.each(publishes)(
    '%s without an answer asked for is not taken either',
    async (_name, publish) => {
      const connection = await gateway.connect();
      const message = Object.assign({ payload: telemetry(1), qos: 0 }, publish());
      connection.send(publishPacket(message));
      await connection.closed();
      expect(await gateway.storedOf(own)).toBe(0);
    },
  );
});

describe('a will of', () => {
  let listener: RawConnection;
  beforeAll(async () => {
    listener = await gateway.connect({}, neighbour);
    listener.send(subscribePacket([`${configOf(neighbour)}/#`]));
    await listener.until((bytes) => packetsIn(bytes).some(({ type }) => type === 'SUBACK'));
  });
  afterAll(() => listener.end());

  it('what is not its own is told to nobody', async () => {
    const wills = publishes.filter(([, publish]) => !['#', ''].includes(String(publish().topic)));
    for (const [, publish] of wills) {
      const { topic, qos, isRetained, payload = telemetry(99) } = publish();
      const will = {
        topic: String(topic),
        payload: String(payload),
        qos: qos ?? 1,
        isRetained: isRetained ?? false,
      };
      // A device refused with such a will has no will either.
      const connection = await gateway.connect({ will }).catch(() => undefined);
      connection?.end();
    }
    // By the time later messages have passed the same way, the wills would have acted.
    await gateway.servesOthers();
    listener.send(pingPacket);
    await listener.until((bytes) => packetsIn(bytes).some(({ type }) => type === 'PINGRESP'));
    expect(packetsIn(listener.received()).filter(({ type }) => type === 'PUBLISH')).toEqual([]);
    expect(await gateway.storedOf(own)).toBe(0);
  });

  it('its own telemetry is taken, so the refusals above are not the fate of every will', async () => {
    const will = { topic: telemetryOf(own), payload: telemetry(1), qos: 1 };
    const connection = await gateway.connect({ will });
    connection.end();
    await eventually(async () => expect(await gateway.storedOf(own)).toBe(1));
  });
});
