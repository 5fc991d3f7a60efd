import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Socket } from 'node:net';
import {
  createOutboundHttp,
  OutboundFailed,
  OutboundRefused,
  type OutboundHttp,
} from '../../../activities/shared/outbound-http.js';
import { eventually } from '../../support/timing/eventually.js';
import { startRawAnswerer, type RawAnswerer } from '../../support/http/raw-answer.js';

const maxAnswerBytes = 64 * 1024;
/** Longer than any machine needs to read so much. */
const patientMs = 30_000;
const impatientMs = 1_000;

let endpoint: RawAnswerer;
let outbound: OutboundHttp;
/** For waits that would last to the end. */
let impatient: OutboundHttp;
beforeAll(async () => {
  endpoint = await startRawAnswerer();
});
beforeEach(() => {
  outbound = createOutboundHttp({ allowsPrivate: true, timeoutMs: patientMs, maxAnswerBytes });
  impatient = createOutboundHttp({ allowsPrivate: true, timeoutMs: impatientMs, maxAnswerBytes });
});
afterEach(() => {
  outbound.close();
  impatient.close();
});
afterAll(() => endpoint.stop());

async function send(url = endpoint.url, through = outbound): Promise<string> {
  try {
    const { status, body } = await through.send({ url, method: 'POST', headers: {}, body: '{}' });
    return `${status} ${body}`;
  } catch (error) {
    if (error instanceof OutboundRefused || error instanceof OutboundFailed) return error.reason;
    throw error;
  }
}

/** Writes the same text as fast and as long as the other side reads. */
function flood(socket: Socket, start: string, again: string): void {
  const block = Buffer.from(again.repeat(Math.ceil(16_384 / again.length)), 'latin1');
  const goOn = () => {
    while (!socket.destroyed && socket.write(block));
  };
  socket.on('drain', goOn);
  socket.write(start);
  goOn();
}

/** Writes a little, and again after a little, so that the connection is never silent. */
function drip(socket: Socket, start: string, drop: string): void {
  socket.write(start);
  const dripping = setInterval(() => socket.write(drop), 50);
  socket.once('close', () => clearInterval(dripping));
}

const ok = 'HTTP/1.1 200 OK\r\n';
const floods: readonly [name: string, answering: (socket: Socket) => void, fate: string][] = [
  ['a body without end', (socket) => flood(socket, `${ok}\r\n`, 'x'), 'ANSWER_TOO_LARGE'],
  [
    'chunks without end',
    (socket) =>
      flood(socket, `${ok}Transfer-Encoding: chunked\r\n\r\n`, `4000\r\n${'x'.repeat(0x4000)}\r\n`),
    'ANSWER_TOO_LARGE',
  ],
  [
    'a length beyond all reason',
    (socket) => flood(socket, `${ok}Content-Length: 1000000000000\r\n\r\n`, 'x'),
    'ANSWER_TOO_LARGE',
  ],
  ['headers without end', (socket) => flood(socket, ok, 'X-Flood: x\r\n'), 'BROKEN'],
  ['one header without end', (socket) => flood(socket, `${ok}X-Flood: `, 'x'), 'BROKEN'],
  ['a status line without end', (socket) => flood(socket, 'HTTP/1.1 200 ', 'x'), 'BROKEN'],
  [
    'a chunk extension without end',
    (socket) => flood(socket, `${ok}Transfer-Encoding: chunked\r\n\r\n1;`, 'x'),
    'BROKEN',
  ],
  [
    'trailers without end',
    (socket) => flood(socket, `${ok}Transfer-Encoding: chunked\r\n\r\n0\r\n`, 'X-Flood: x\r\n'),
    'BROKEN',
  ],
  ['noise', (socket) => flood(socket, '\u0001\u0002', '\u00ff'), 'BROKEN'],
];
const drips: readonly [name: string, answering: (socket: Socket) => void][] = [
  ['nothing at all', () => undefined],
  ['a body drop by drop', (socket) => drip(socket, `${ok}\r\n`, 'x')],
  [
    'chunks drop by drop',
    (socket) => drip(socket, `${ok}Transfer-Encoding: chunked\r\n\r\n`, '1\r\nx\r\n'),
  ],
  ['headers drop by drop', (socket) => drip(socket, ok, 'X: x\r\n')],
  ['a status line drop by drop', (socket) => drip(socket, 'HTTP/1.1 200 ', 'x')],
  ['“go on” drop by drop', (socket) => drip(socket, '', 'HTTP/1.1 100 Continue\r\n\r\n')],
  ['“go on” without end', (socket) => flood(socket, '', 'HTTP/1.1 100 Continue\r\n\r\n')],
  [
    'hints without end',
    (socket) => flood(socket, '', 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'),
  ],
  ['lines without end', (socket) => flood(socket, '', '\r\n')],
  ['half a body', (socket) => void socket.write(`${ok}Content-Length: 10\r\n\r\nhalf`)],
];
const spoilt: readonly [name: string, bytes: string][] = [
  ['a length and chunks', `${ok}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['two lengths that differ', `${ok}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`],
  [
    'a chunk whose size is no number',
    `${ok}Transfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n`,
  ],
  ['a header with a NUL in it', `${ok}X-Odd: a\0b\r\nContent-Length: 0\r\n\r\n`],
  ['a status that is none', 'HTTP/1.1 2OO OK\r\n\r\n'],
  ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ['a greeting of mail', '220 mail.example ESMTP\r\n'],
  ['an end before the answer', ''],
  ['an end within the answer', `${ok}Content-Length: 10\r\n\r\nhalf`],
];

describe('an endpoint that answers with', () => {
  it.each(floods)('%s is read no further than allowed', async (_name, answering, fate) => {
    endpoint.answers(answering);
    const before = process.memoryUsage().rss;
    expect(await send()).toBe(fate);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  });

  it('whatever slows the call down is waited for no longer than for silence', async () => {
    const startedAt = Date.now();
    const fates = await Promise.all(
      drips.map(async ([name, answering]) => {
        const slow = await startRawAnswerer();
        slow.answers(answering);
        const fate = await send(slow.url, impatient);
        await slow.stop();
        return [name, fate];
      }),
    );
    expect(fates).toEqual(drips.map(([name]) => [name, 'TIMEOUT']));
    // Many times as long, for a busy machine; the patient would wait longer.
    expect(Date.now() - startedAt).toBeLessThan(patientMs - 1_000);
  });

  it.each(spoilt)('%s has given no answer', async (_name, bytes) => {
    endpoint.answers((socket) => void socket.end(Buffer.from(bytes, 'latin1')));
    expect(await send()).toBe('BROKEN');
  });

  it('little that would unpack to much is left packed', async () => {
    const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024));
    endpoint.answers((socket) => {
      socket.write(`${ok}Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`);
      socket.end(bomb);
    });
    const { body } = await outbound.send({ url: endpoint.url, method: 'POST', headers: {} });
    expect(body.length).toBeLessThanOrEqual(bomb.length);
  });

  it('a second answer gives it to nobody: it is not the answer to the next call', async () => {
    endpoint.answers((socket) => {
      socket.write(
        `${ok}Content-Length: 5\r\n\r\nfirstHTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsmuggled`,
      );
      socket.on('data', () => socket.write(`${ok}Content-Length: 4\r\n\r\nnext`));
    });
    const answers = [await send(), await send(), await send()];
    expect(answers).toEqual(['200 first', '200 first', '200 first']);
  });

  it.each([301, 302, 303, 307, 308])('a redirect by %d is not followed', async (status) => {
    const before = endpoint.connections();
    endpoint.answers((socket) => {
      const location = `Location: ${endpoint.url}elsewhere\r\n`;
      socket.end(
        `HTTP/1.1 ${status} Elsewhere\r\n${location}Content-Length: 0\r\nConnection: close\r\n\r\n`,
      );
    });
    expect(await send()).toBe(`${status} `);
    expect(endpoint.connections()).toBe(before + 1);
  });

  it('any of these has no connection left afterwards', async () => {
    await eventually(() => expect(endpoint.openConnections()).toBe(0));
  });
});
