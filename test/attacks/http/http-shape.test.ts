import type { AddressInfo, Server } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Api } from '../../../api/server.js';
import { createSampleApi, ownAccount } from '../../api/sample.js';
import { attackChance, attackRounds, attackRun } from '../attack-rounds.js';
import { eventually } from '../../support/timing/eventually.js';
import { openConnection } from '../../support/http/raw-connection.js';

/**
 * A line ends with HTTP's CRLF; a shape with a bare CR or LF shows the picture of the character.
 */
const asBytes = (shape: string): Buffer =>
  Buffer.from(shape.replaceAll('\n', '\r\n').replaceAll('␍', '\r').replaceAll('␊', '\n'), 'latin1');
const bare = (shape: string, ending: '␍' | '␊'): string => shape.replaceAll('\n', ending);

const host = 'Host: 127.0.0.1\n';
const get = `GET /health HTTP/1.1\n${host}`;
const post =
  `POST /v1/accounts/${ownAccount}/things HTTP/1.1\n${host}` +
  'Authorization: Bearer OWNER\nContent-Type: application/json\n';
const body = '{"name":"a"}';
const chunked = `${post}Transfer-Encoding: chunked\n\n`;
const chunks = `c\n${body}\n0\n\n`;
/**
 * The answer would be a 404, so a server fooled into reading a second request gives one answer too
 * many.
 */
const smuggled = `GET /smuggled HTTP/1.1\n${host}\n`;

type End = 'closes' | 'goes on';
/** The sent shape, the answers, and the fate of the connection. */
const shapes: readonly [name: string, shape: string, statuses: readonly number[], end: End][] = [
  [
    'a length and chunks',
    `${post}Content-Length: 4\nTransfer-Encoding: chunked\n\n0\n\n${smuggled}`,
    [400],
    'closes',
  ],
  [
    'chunks and a length',
    `${post}Transfer-Encoding: chunked\nContent-Length: 4\n\n0\n\n${smuggled}`,
    [400],
    'closes',
  ],
  [
    'two lengths that differ',
    `${post}Content-Length: 12\nContent-Length: 13\n\n${body}`,
    [400],
    'closes',
  ],
  [
    'two lengths that agree',
    `${post}Content-Length: 12\nContent-Length: 12\n\n${body}`,
    [400],
    'closes',
  ],
  ['two lengths in one header', `${post}Content-Length: 12, 12\n\n${body}`, [400], 'closes'],
  ['a length with a sign', `${post}Content-Length: +12\n\n${body}`, [400], 'closes'],
  ['a negative length', `${post}Content-Length: -1\n\n${body}`, [400], 'closes'],
  ['a hexadecimal length', `${post}Content-Length: 0xc\n\n${body}`, [400], 'closes'],
  [
    'a length beyond all numbers',
    `${post}Content-Length: 99999999999999999999\n\n${body}`,
    [400],
    'closes',
  ],
  [
    'a space before the colon of the length',
    `${post}Content-Length : 12\n\n${body}`,
    [400],
    'closes',
  ],
  ['chunks by another name', `${post}Transfer-Encoding: xchunked\n\n${chunks}`, [400], 'closes'],
  [
    'a coding after the chunks',
    `${post}Transfer-Encoding: chunked, identity\n\n${chunks}`,
    [400],
    'closes',
  ],
  [
    'chunks of chunks',
    `${post}Transfer-Encoding: chunked\nTransfer-Encoding: chunked\n\n${chunks}`,
    [400],
    'closes',
  ],
  [
    'chunks behind a vertical tab',
    `${post}Transfer-Encoding: \u000bchunked\n\n${chunks}`,
    [400],
    'closes',
  ],
  ['chunks behind a tab', `${post}Transfer-Encoding:\tchunked\n\n${chunks}`, [201], 'goes on'],
  ['chunks with extensions', `${chunked}c;a=b;c="d"\n${body}\n0\n\n`, [201], 'goes on'],
  [
    'a chunk extension without end',
    `${chunked}c;${'a'.repeat(20_000)}\n${body}\n0\n\n`,
    [400],
    'closes',
  ],
  ['a chunk whose size is no number', `${chunked}zz\n${body}\n0\n\n`, [400], 'closes'],
  [
    'a chunk whose size is beyond all numbers',
    `${chunked}ffffffffffffffff1\n${body}\n0\n\n`,
    [400],
    'closes',
  ],
  ['a chunk that is longer than it says', `${chunked}3\n${body}\n0\n\n`, [400], 'closes'],
  ['a chunk size with a bare LF', `${chunked}c␊${body}\n0\n\n`, [400], 'closes'],
  ['a length after the chunks', `${chunked}c\n${body}\n0\nContent-Length: 3\n\n`, [400], 'closes'],
  ['a header over two lines', `${get}X-Folded: a\n b\n\n`, [400], 'closes'],
  ['lines with a bare LF', bare(`${get}\n`, '␊'), [400], 'closes'],
  ['lines with a bare CR', bare(`${get}\n`, '␍'), [400], 'closes'],
  ['a header with a bare CR in it', `${get}X-Odd: a␍X-Other: b\n\n`, [400], 'closes'],
  ['a header with a NUL in it', `${get}X-Odd: a\0b\n\n`, [400], 'closes'],
  ['a header without a name', `${get}: nobody\n\n`, [400], 'closes'],
  ['a header without a colon', `${get}nothing\n\n`, [400], 'closes'],
  ['a name with a space in it', `${get}X Odd: a\n\n`, [400], 'closes'],
  ['no Host', 'GET /health HTTP/1.1\n\n', [400], 'closes'],
  ['two Hosts', `${get}Host: evil.example\n\n`, [400], 'closes'],
  ['two Hosts that agree', `${get}${host}\n`, [400], 'closes'],
  ['another Host', 'GET /health HTTP/1.1\nHost: evil.example\n\n', [421], 'closes'],
  ['an absolute address', `GET http://evil.example/health HTTP/1.1\n${host}\n`, [200], 'goes on'],
  ['a path without its slash', `GET health HTTP/1.1\n${host}\n`, [400], 'closes'],
  ['a path with a space in it', `GET /health /x HTTP/1.1\n${host}\n`, [400], 'closes'],
  ['an asterisk for a path', `OPTIONS * HTTP/1.1\n${host}\n`, [404], 'goes on'],
  ['HTTP/0.9', 'GET /health\n\n', [421], 'closes'],
  ['HTTP/1.0', `GET /health HTTP/1.0\n${host}\n`, [200], 'closes'],
  ['HTTP/1.0 without Host', 'GET /health HTTP/1.0\n\n', [421], 'closes'],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\n\nSM\n\n', [400], 'closes'],
  ['a version to come', `GET /health HTTP/9.9\n${host}\n`, [400], 'closes'],
  [
    'an upgrade to a web socket',
    `${get}Connection: Upgrade\nUpgrade: websocket\n\n`,
    [200],
    'goes on',
  ],
  ['an upgrade to h2c', `${get}Connection: Upgrade\nUpgrade: h2c\n\n`, [200], 'goes on'],
  ['CONNECT', `CONNECT 169.254.169.254:80 HTTP/1.1\n${host}\n`, [501], 'closes'],
  ['TRACE', `TRACE /health HTTP/1.1\n${host}\n`, [405], 'goes on'],
  ['a method that nobody knows', `BREW /health HTTP/1.1\n${host}\n`, [501], 'closes'],
  ['a path of 20 KB', `GET /${'a'.repeat(20_000)} HTTP/1.1\n${host}\n`, [431], 'closes'],
  ['headers of 20 KB', `${get}X-Large: ${'a'.repeat(20_000)}\n\n`, [431], 'closes'],
  ['a body of 300 KB', `${post}Content-Length: 300000\n\n${'x'.repeat(300_000)}`, [413], 'goes on'],
  [
    'a body where none is read',
    `${get}Content-Length: ${asBytes(smuggled).length}\n\n${smuggled}`,
    [200],
    'goes on',
  ],
  ['an expectation that nobody meets', `${get}Expect: the-unexpected\n\n`, [417], 'goes on'],
  ['two requests at once', `${get}\n${get}\n`, [200, 200], 'goes on'],
  ['empty lines before a request', `\n\n\n${get}\n`, [200], 'goes on'],
  [
    'a greeting of TLS',
    '\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003',
    [400],
    'closes',
  ],
];

const statusesOf = (received: Buffer): number[] =>
  [...received.toString('latin1').matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) =>
    Number(status),
  );

let api: Api;
let server: Server;
let port: number;
beforeAll(async () => {
  api = createSampleApi();
  server = await api.listen(0, '127.0.0.1');
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => api.drain());

/** A request distinct from the request before: nothing else asks for the version. */
const following = asBytes(`GET /version HTTP/1.1\n${host}\n`);
const isAnswered = (received: Buffer): boolean => received.includes('{"version":"0.1.0"}');

/** The answers to the shape, and whether the connection then takes another request. */
async function outcomeOf(
  shape: string,
  expected: number,
): Promise<{ statuses: number[]; end: End }> {
  const connection = await openConnection(port);
  connection.send(asBytes(shape));
  await connection.until((received) => statusesOf(received).length >= expected);
  if (!connection.isClosed()) connection.send(following);
  const received = await connection.until(isAnswered);
  const goesOn = isAnswered(received);
  connection.end();
  const statuses = statusesOf(received);
  return {
    statuses: goesOn ? statuses.slice(0, -1) : statuses,
    end: goesOn ? 'goes on' : 'closes',
  };
}

describe('a request in the shape of', () => {
  it.each(shapes)('%s', async (_name, shape, statuses, end) => {
    expect(await outcomeOf(shape, statuses.length)).toEqual({ statuses, end });
  });
});

describe('a connection whose last answer was sent', () => {
  const placesTaken = () =>
    new Promise<number>((resolve, reject) => {
      server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });

  it('is no place that somebody can hold, by not hanging up or by sending on', async () => {
    const last = shapes.filter(([, , , end]) => end === 'closes');
    expect(last.length).toBeGreaterThan(30);
    const held = await Promise.all(
      last.map(async ([, shape]) => {
        const connection = await openConnection(port, { neverHangsUp: true });
        connection.send(asBytes(shape));
        await connection.until((received) => statusesOf(received).length > 0);
        connection.send(following);
        return connection;
      }),
    );
    await eventually(async () => expect(await placesTaken()).toBe(0));
    for (const connection of held) connection.end();
  });
});

describe(`a request that was spoilt at random (${attackRun})`, () => {
  const insertions = [
    '\r',
    '\n',
    '\r\n',
    '\0',
    ' ',
    ':',
    ',',
    ';',
    '\t',
    '0',
    'Content-Length: 4\r\n',
    '\u00ff',
  ];
  const whole = shapes.filter(([name]) => !name.includes('KB')).map(([, shape]) => asBytes(shape));

  it('is answered or refused, and is never an error of ours', async () => {
    const chance = attackChance();
    for (let round = 0; round < 150 * attackRounds; round += 1) {
      let spoilt = chance.of(whole);
      for (let change = 0; change <= chance.below(3); change += 1) {
        const index = chance.below(spoilt.length);
        const isCut = chance.below(2) === 0;
        const parts = isCut ? [] : [Buffer.from(chance.of(insertions), 'latin1')];
        spoilt = Buffer.concat([
          spoilt.subarray(0, index),
          ...parts,
          spoilt.subarray(index + (isCut ? 1 : 0)),
        ]);
      }
      const connection = await openConnection(port);
      // A wait for the rest ends where the next line of a request would be.
      connection.send(Buffer.concat([spoilt, asBytes('\n\n\u0001 not HTTP\n\n')]));
      const statuses = statusesOf(
        await connection.until((received) => statusesOf(received).length > 0),
      );
      connection.end();
      const odd = statuses.filter((status) => status >= 500 && status !== 501);
      expect([spoilt.toString('latin1'), odd]).toEqual([spoilt.toString('latin1'), []]);
    }
  });
});

afterEach(async () => {
  const connection = await openConnection(port);
  connection.send(following);
  expect(statusesOf(await connection.until(isAnswered))).toEqual([200]);
  connection.end();
});
