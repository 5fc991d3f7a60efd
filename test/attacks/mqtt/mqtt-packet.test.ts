import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { attackChance, attackRounds, attackRun } from '../attack-rounds.js';
import { telemetry, type TestDevice } from '../../support/devices/device.js';
import {
  introductionOf,
  startTestGateway,
  type TestGateway,
} from '../../support/devices/gateway.js';
import {
  connectPacket,
  number16,
  packet,
  packetsIn,
  pingPacket,
  publishPacket,
  subscribePacket,
  text,
} from '../../support/devices/mqtt-packets.js';
import { openConnection } from '../../support/http/raw-connection.js';

let gateway: TestGateway;
let own: TestDevice;
let topic: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  ({ own } = gateway);
  topic = `devices/${own.deviceId}/telemetry`;
});
afterEach(() => gateway.servesOthers());
afterAll(() => gateway.stop());

const invalidUtf8 = Buffer.from([0xff, 0xfe, 0xfd]);
/** A connection that is in, and then sends bytes without a meaning in MQTT. */
const malformed: readonly [name: string, bytes: () => Buffer][] = [
  ['a packet of type 0', () => packet(0x00)],
  ['a packet of type 15', () => packet(0xf0)],
  ['a length of five bytes', () => Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x7f])],
  ['a length that never ends', () => Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80])],
  ['a message of no length', () => packet(0x32)],
  [
    'a message whose topic is longer than itself',
    () => packet(0x32, number16(1_000), Buffer.from('x')),
  ],
  ['a message without its id', () => packet(0x32, text(topic))],
  ['a message of QoS 3', () => packet(0x36, text(topic), number16(1), Buffer.from(telemetry(1)))],
  ['a topic that is no text', () => publishPacket({ topic: invalidUtf8 })],
  [
    'a topic of half a surrogate',
    () => publishPacket({ topic: Buffer.from([0x64, 0xed, 0xa0, 0x80]) }),
  ],
  ['a subscription of no length', () => packet(0x82)],
  ['a subscription to nothing', () => packet(0x82, number16(1))],
  ['a subscription without its QoS', () => packet(0x82, number16(1), text('a'))],
  ['a subscription of QoS 3', () => packet(0x82, number16(1), text('a'), Buffer.from([3]))],
  ['a subscription with other flags', () => packet(0x80, number16(1), text('a'), Buffer.from([1]))],
  ['a subscription to an empty topic', () => subscribePacket([''])],
  ['an unsubscription with other flags', () => packet(0xa0, number16(1), text('a'))],
  ['a release with other flags', () => packet(0x60, number16(1))],
  ['a ping with other flags', () => packet(0xcf)],
  ['a farewell with other flags', () => packet(0xef)],
  ['an authentication of MQTT 5', () => packet(0xf0, Buffer.from([0x18, 0x00]))],
  ['text of another protocol', () => Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
];

/** Harmless breaches of the letter of MQTT. */
const overlooked: typeof malformed = [
  ['a message with the id 0', () => publishPacket({ topic, payload: '{', id: 0 })],
  ['a subscription with the id 0', () => packet(0x82, number16(0), text('a'), Buffer.from([1]))],
  ['an unsubscription from nothing', () => packet(0xa2, number16(1))],
  ['an answer of no length', () => packet(0x40)],
];

describe('a connection that sends', () => {
  it.each(malformed)('%s is closed', async (_name, bytes) => {
    const connection = await gateway.connect();
    connection.send(bytes());
    const received = packetsIn(await connection.closed());
    expect(received.filter(({ type }) => type === 'PUBACK' || type === 'PUBLISH')).toEqual([]);
  });

  it.each(overlooked)('%s is closed or goes on', async (_name, bytes) => {
    const connection = await gateway.connect();
    connection.send(Buffer.concat([bytes(), pingPacket]));
    const received = await connection.until((all) =>
      packetsIn(all).some(({ type }) => type === 'PINGRESP'),
    );
    expect(packetsIn(received).filter(({ type }) => type === 'PUBLISH')).toEqual([]);
    connection.end();
  });

  it('none of it has been stored', async () => {
    expect(await gateway.storedOf(own)).toBe(0);
  });
});

describe('a flood of', () => {
  const blocks = 16;
  const floods: readonly [name: string, block: () => Buffer][] = [
    ['pings', () => Buffer.concat(Array.from({ length: 2_000 }, () => pingPacket))],
    [
      'subscriptions',
      () => Buffer.concat(Array.from({ length: 200 }, (_, n) => subscribePacket(['#', `x/${n}`]))),
    ],
    [
      'refused messages',
      () => Buffer.concat(Array.from({ length: 500 }, () => publishPacket({ topic: 'x' }))),
    ],
    [
      'answers to nothing',
      () => Buffer.concat(Array.from({ length: 1_000 }, () => packet(0x40, number16(7)))),
    ],
    [
      'rubbish under the own topic',
      () =>
        Buffer.concat(
          Array.from({ length: 100 }, () => publishPacket({ topic, payload: '{', qos: 0 })),
        ),
    ],
  ];

  it.each(floods)('%s hurts nobody beside it', async (_name, block) => {
    const connection = await gateway.connect();
    const bytes = block();
    for (let sent = 0; sent < blocks && !connection.isClosed(); sent += 1) connection.send(bytes);
    await gateway.servesOthers();
    connection.end();
  });

  it('connections that say nothing hurts nobody beside them', async () => {
    const silent = await Promise.all(
      Array.from({ length: 50 }, () => openConnection(gateway.port)),
    );
    await gateway.servesOthers();
    for (const connection of silent) connection.end();
  });
});

describe(`packets that were spoilt at random (${attackRun})`, () => {
  it('end their own connection at most', async () => {
    const chance = attackChance();
    const whole = [
      connectPacket(introductionOf(own)),
      publishPacket({ topic, payload: telemetry(1) }),
      subscribePacket([`devices/${own.deviceId}/config/#`]),
      pingPacket,
      ...malformed.map(([, bytes]) => bytes()),
    ];
    for (let round = 0; round < 100 * attackRounds; round += 1) {
      const connection = await openConnection(gateway.port);
      const isIn = chance.below(2) === 0;
      if (isIn) connection.send(connectPacket(introductionOf(own)));
      for (let n = 0; n < 3; n += 1) {
        const bytes = Buffer.from(chance.of(whole));
        const index = chance.below(bytes.length);
        bytes.writeUInt8(chance.below(256), index);
        connection.send(bytes.subarray(0, chance.below(4) === 0 ? index : bytes.length));
      }
      connection.end();
      if (round % 25 === 0) await gateway.servesOthers();
    }
  });
});
