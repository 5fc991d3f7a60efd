import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { isReachable } from '../../activities/shared/outbound-address.js';
import {
  createOutboundHttp,
  OutboundFailed,
  OutboundRefused,
  type OutboundHttp,
  type OutboundHttpOptions,
} from '../../activities/shared/outbound-http.js';
import { startReceiver, type Receiver } from '../support/servers/receiver.js';

const nothing: Record<string, string> = {};
const get = (url: string) => ({ url, method: 'GET' as const, headers: nothing });
let opened: OutboundHttp[] = [];
function open(options: Partial<OutboundHttpOptions> = {}): OutboundHttp {
  const outbound = createOutboundHttp({ allowsPrivate: false, ...options });
  opened.push(outbound);
  return outbound;
}
const reasonOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'answered',
    (error: unknown) => {
      if (error instanceof OutboundRefused || error instanceof OutboundFailed) return error.reason;
      throw error;
    },
  );

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterEach(() => {
  for (const outbound of opened) outbound.close();
  opened = [];
  receiver.received.length = 0;
  receiver.answers(() => 204);
});
afterAll(() => receiver.stop());

describe('what is public', () => {
  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '100.63.255.255',
    '172.15.0.1',
    '172.32.0.1',
    '192.169.0.1',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001:82a::200e',
  ])('is %s', (address) => {
    expect(isReachable(address, { allowsPrivate: false })).toBe(true);
  });

  it.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:0:127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '100::1',
    '100:0:0:1::1',
    '2001::1',
    '2001:2::1',
    '2001:db8::1',
    '2001:10::1',
    '2001:20::1',
    '2002:7f00:1::',
    '3fff::1',
    '4000::1',
    '5f00::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%lo',
    'fec0::1',
    'ff02::1',
    '',
    'localhost',
    '2130706433',
    '0x7f.1',
    '127.1',
  ])('is not %s', (address) => {
    expect(isReachable(address, { allowsPrivate: false })).toBe(false);
  });

  it('is joined by private networks in development, but never by the addresses of clouds for their own', () => {
    for (const address of ['127.0.0.1', '::1', '10.1.2.3', '192.168.0.1', 'fd00::1'])
      expect([address, isReachable(address, { allowsPrivate: true })]).toEqual([address, true]);
    for (const address of [
      '169.254.169.254',
      'fe80::1',
      '0.0.0.0',
      '::',
      '224.0.0.1',
      '::ffff:127.0.0.1',
    ])
      expect([address, isReachable(address, { allowsPrivate: true })]).toEqual([address, false]);
  });
});

describe('an outgoing call', () => {
  it.each([
    '127.0.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.0x0.0x0.0x1',
    '017700000001',
    '0177.0.0.1',
    '127.1',
    '127.0.1',
    '%31%32%37.0.0.1',
    '127。0。0。1',
    '①②⑦.0.0.1',
    '127.0.0.1.',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[0:0:0:0:0:0:0:1]',
    '[64:ff9b::127.0.0.1]',
    '[2002:7f00:1::]',
    '169.254.169.254',
    '10.0.0.1',
    '0',
    '0.0.0.0',
    'localhost',
    'localhost.',
    'LOCALHOST',
    'app.localhost',
    'app.localhost.',
  ])('to https://%s is refused before a name is asked for', async (host) => {
    const outbound = open({ resolve: () => Promise.reject(new Error('nobody should ask')) });
    const url = `https://${host}:${receiver.port}/`;
    expect(await reasonOf(outbound.send(get(url)))).toBe('ADDRESS');
    expect(await outbound.refusal(url)).toBe('ADDRESS');
  });

  it.each([
    ['http://example.com/', 'SCHEME'],
    ['ftp://example.com/', 'SCHEME'],
    ['file:///etc/passwd', 'SCHEME'],
    ['gopher://example.com/', 'SCHEME'],
    ['https://user@example.com/', 'CREDENTIALS'],
    ['https://:secret@example.com/', 'CREDENTIALS'],
    ['https://example.com:22/', 'PORT'],
    ['https://example.com:25/', 'PORT'],
    ['example.com', 'MALFORMED'],
    ['https://', 'MALFORMED'],
    ['https://[::1', 'MALFORMED'],
  ])('to %s is refused: %s', async (url, reason) => {
    const outbound = open();
    expect(await reasonOf(outbound.send(get(url)))).toBe(reason);
    expect(await outbound.refusal(url)).toBe(reason);
  });

  it('is refused when the name leads inside, if only by one of its addresses', async () => {
    for (const inside of [
      ['127.0.0.1'],
      ['10.0.0.8'],
      ['8.8.8.8', '127.0.0.1'],
      ['::ffff:127.0.0.1'],
      ['fd00::1'],
    ]) {
      const outbound = open({ resolve: async () => inside });
      const url = `https://hooks.example.com:${receiver.port}/`;
      expect(await outbound.refusal(url)).toBe('ADDRESS');
      expect(await reasonOf(outbound.send(get(url)))).toBe('ADDRESS');
    }
    expect(receiver.received).toEqual([]);
  });

  it('is refused when the name has been led inside after it was looked at', async () => {
    let asked = 0;
    const outbound = open({ resolve: async () => (asked++ === 0 ? ['8.8.8.8'] : ['127.0.0.1']) });
    const url = `https://rebinding.example.com:${receiver.port}/`;
    expect(await outbound.refusal(url)).toBeUndefined();
    expect(await reasonOf(outbound.send(get(url)))).toBe('ADDRESS');
    expect(asked).toBe(2);
  });

  it('connects to the very addresses that were checked, asking once', async () => {
    let asked = 0;
    const outbound = open({
      allowsPrivate: true,
      resolve: async () => (asked++ === 0 ? ['127.0.0.1'] : ['169.254.169.254']),
    });
    expect((await outbound.send(get(`http://once.example.com:${receiver.port}/a`))).status).toBe(
      204,
    );
    // On the kept connection.
    expect((await outbound.send(get(`http://once.example.com:${receiver.port}/b`))).status).toBe(
      204,
    );
    expect(asked).toBe(1);
    expect(receiver.received[0]?.headers.host).toBe(`once.example.com:${receiver.port}`);
  });

  it('follows no redirect', async () => {
    const outbound = open({ allowsPrivate: true });
    receiver.answers((_request, response) => {
      response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end();
      return 'answered';
    });
    expect(await outbound.send(get(receiver.url))).toMatchObject({ status: 302, body: '' });
    expect(receiver.received).toHaveLength(1);
  });

  it('waits for a whole answer no longer than it says', async () => {
    const outbound = open({ allowsPrivate: true, timeoutMs: 150 });
    receiver.answers(() => 'silence');
    expect(await reasonOf(outbound.send(get(receiver.url)))).toBe('TIMEOUT');
    receiver.answers((_request, response) => {
      response.writeHead(200).write('a drop, and then');
      return 'answered';
    });
    expect(await reasonOf(outbound.send(get(receiver.url)))).toBe('TIMEOUT');
    const unnamed = open({ timeoutMs: 150, resolve: () => new Promise(() => undefined) });
    expect(await reasonOf(unnamed.send(get('https://silent.example.com/')))).toBe('TIMEOUT');
  });

  it('reads no more of an answer than it says', async () => {
    const outbound = open({ allowsPrivate: true, maxAnswerBytes: 1_000 });
    const answering = (bytes: number) =>
      receiver.answers((_request, response) => {
        response.writeHead(200).end('x'.repeat(bytes));
        return 'answered';
      });
    answering(1_000);
    expect((await outbound.send(get(receiver.url))).body).toHaveLength(1_000);
    answering(1_001);
    expect(await reasonOf(outbound.send(get(receiver.url)))).toBe('ANSWER_TOO_LARGE');
  });

  it('names what went wrong without naming an address', async () => {
    const outbound = open({ allowsPrivate: true });
    const gone = await startReceiver();
    await gone.stop();
    expect(await reasonOf(outbound.send(get(gone.url)))).toBe('CONNECT');
    receiver.answers((_request, response) => {
      response.destroy();
      return 'answered';
    });
    expect(await reasonOf(outbound.send(get(receiver.url)))).toBe('BROKEN');
    expect(
      await reasonOf(open({ resolve: async () => [] }).send(get('https://nowhere.example/'))),
    ).toBe('DNS');
    const error: unknown = await outbound.send(get(gone.url)).catch((fault: unknown) => fault);
    expect(String(error)).not.toContain('127.0.0.1');
  });

  it('is repeated on a new connection when the one that was kept had been closed', async () => {
    const outbound = open({ allowsPrivate: true });
    receiver.answers((_request, response, nth) => {
      if (nth === 2) {
        response.socket?.resetAndDestroy();
        return 'answered';
      }
      return 200;
    });
    await outbound.send(get(receiver.url));
    expect((await outbound.send(get(receiver.url))).status).toBe(200);
    expect(receiver.received).toHaveLength(3);
  });
});

describe('https', () => {
  const dir = mkdtempSync(join(tmpdir(), 'millrace-outbound-'));
  let secure: Receiver;
  let cert: string;
  beforeAll(async () => {
    const [keyFile, certFile] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
        '-subj',
        '/CN=hooks.example.com',
        '-addext',
        'subjectAltName=DNS:hooks.example.com',
        '-keyout',
        keyFile,
        '-out',
        certFile,
      ],
      { stdio: 'ignore' },
    );
    cert = readFileSync(certFile, 'utf8');
    secure = await startReceiver({ key: readFileSync(keyFile, 'utf8'), cert });
  });
  afterAll(async () => {
    await secure.stop();
    rmSync(dir, { recursive: true });
  });
  const local = { allowsPrivate: true, resolve: async () => ['127.0.0.1'] };

  it('is spoken with whoever has a certificate of the name that was asked for', async () => {
    const outbound = open({ ...local, ca: cert });
    expect((await outbound.send(get(`https://hooks.example.com:${secure.port}/`))).status).toBe(
      204,
    );
    expect(await reasonOf(outbound.send(get(`https://other.example.com:${secure.port}/`)))).toBe(
      'TLS',
    );
  });

  it('is not spoken with whoever has a certificate of nobody known', async () => {
    expect(await reasonOf(open(local).send(get(`https://hooks.example.com:${secure.port}/`)))).toBe(
      'TLS',
    );
  });
});

describe('what a call has cost', () => {
  it('is given back when it is answered, rather than when its time would have been over', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const outbound = open({ allowsPrivate: true, timeoutMs: 300_000 });
    const send = (n: number) =>
      outbound.send({
        url: receiver.url,
        method: 'POST',
        headers: nothing,
        body: String(n).padEnd(200_000, 'x'),
      });
    await send(0);
    receiver.received.length = 0;
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let n = 1; n <= 100; n += 1) {
      await send(n);
      receiver.received.length = 0;
    }
    collect();
    // The bodies alone are 20 MB.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(8e6);
  });
});
