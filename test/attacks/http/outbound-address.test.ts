import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createOutboundHttp,
  OutboundFailed,
  OutboundRefused,
  type OutboundHttp,
  type OutboundHttpOptions,
} from '../../../activities/shared/outbound-http.js';
import {
  createWebhookFixture,
  type WebhookFixture,
} from '../../platform/webhook/webhook-fixture.js';
import { eventually } from '../../support/timing/eventually.js';
import { attackChance, attackRounds, attackRun } from '../attack-rounds.js';

/** A port of the machine that counts arrivals; no request of a stranger may arrive. */
let inside: Server;
let port: number;
let arrivals = 0;
let opened: OutboundHttp[] = [];

beforeAll(async () => {
  inside = createServer((socket) => {
    arrivals += 1;
    socket.destroy();
  });
  await new Promise<void>((ready) => inside.listen(0, ready));
  ({ port } = inside.address() as AddressInfo);
});
beforeEach(() => {
  arrivals = 0;
});
afterEach(() => {
  for (const outbound of opened) outbound.close();
  opened = [];
  expect(arrivals).toBe(0);
});
afterAll(() => new Promise((closed) => inside.close(closed)));

function open(resolve: OutboundHttpOptions['resolve']): OutboundHttp {
  const outbound = createOutboundHttp({ allowsPrivate: false, timeoutMs: 2_000, resolve });
  opened.push(outbound);
  return outbound;
}
async function fateOf(outbound: OutboundHttp, url: string): Promise<string> {
  try {
    return `answered ${(await outbound.send({ url, method: 'GET', headers: {} })).status}`;
  } catch (error) {
    if (error instanceof OutboundRefused || error instanceof OutboundFailed) return error.reason;
    throw error;
  }
}

/** Hosts for this machine or the network of the machine, in any notation. */
const hosts: readonly string[] = [
  // The machine itself, in the notations of older parsers of addresses.
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '127.255.255.254',
  '2130706433',
  '0x7f000001',
  '0X7F000001',
  '017700000001',
  '0x7f.0.0.1',
  '0x7f.1',
  '0177.0.0.1',
  '0177.1',
  '00000177.0.0.1',
  '127.0.0.0x1',
  '127.0x000001',
  '0',
  '0x0',
  '0.0.0.0',
  '0.0.0.0.',
  '127.0.0.1.',
  '127.1.',
  '0x7f000001.',
  // The same in other characters, made into digits, dots and letters before the check.
  '①②⑦.⓪.⓪.①',
  '１２７.０.０.１',
  '𝟏𝟐𝟕.𝟎.𝟎.𝟏',
  '127。0。0。1',
  '127．0．0．1',
  '127｡0｡0｡1',
  '%31%32%37.%30.0.1',
  '127%2e0%2e0%2e1',
  'ｌｏｃａｌｈｏｓｔ',
  'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
  'loc%61lhost',
  'local\u00adhost',
  '1\u00ad27.0.0.1',
  'localhost',
  'LOCALHOST',
  'localhost.',
  'a.localhost',
  'a.b.LocalHost.',
  // Private networks, and the metadata addresses of clouds.
  '10.0.0.1',
  '0xa000001',
  '167772161',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '192.168.257',
  '3232235777',
  '169.254.169.254',
  '2852039166',
  '0xa9fea9fe',
  '0251.0376.0251.0376',
  '169.254.43518',
  '169.254.170.2',
  '100.64.0.1',
  '100.100.100.200',
  '100.127.255.254',
  '192.0.0.192',
  '198.18.0.1',
  // Groups of machines and everybody.
  '224.0.0.1',
  '239.255.255.250',
  '240.0.0.1',
  '255.255.255.255',
  '0xffffffff',
  // IPv6, and the IPv4 addresses within.
  '[::]',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[0000::0001]',
  '[::127.0.0.1]',
  '[::7f00:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:a9fe:a9fe]',
  '[0:0:0:0:0:ffff:0a00:0001]',
  '[::ffff:0:127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b::169.254.169.254]',
  '[64:ff9b:1::1]',
  '[2002:7f00:1::]',
  '[2002:a9fe:a9fe::1]',
  '[2001:0:7f00:1::]',
  '[fe80::1]',
  '[febf::1]',
  '[fec0::1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[fdff::1]',
  '[ff02::1]',
  '[ff05::1:3]',
  '[2001:db8::1]',
  '[100::1]',
  '[5f00::1]',
];
const urls = hosts.map((host) => `https://${host}/`);

/** No address of https, or more than an address. */
const others: readonly [url: string, reason: string][] = [
  ['http://example.com/', 'SCHEME'],
  ['file:///etc/passwd', 'SCHEME'],
  ['ftp://example.com/', 'SCHEME'],
  ['gopher://127.0.0.1:6379/_FLUSHALL', 'SCHEME'],
  ['data:text/plain,hello', 'SCHEME'],
  ['javascript:alert(1)', 'SCHEME'],
  ['blob:https://example.com/1', 'SCHEME'],
  ['ws://example.com/', 'SCHEME'],
  ['https://example.com@127.0.0.1/', 'CREDENTIALS'],
  ['https://127.0.0.1@example.com/', 'CREDENTIALS'],
  ['https://a:b@example.com/', 'CREDENTIALS'],
  ['https://%40@example.com/', 'CREDENTIALS'],
  ['https://example.com:22/', 'PORT'],
  ['https://example.com:025/', 'PORT'],
  ['https://example.com:1/', 'PORT'],
  ['https://example.com:65536/', 'MALFORMED'],
  ['https://[::1/', 'MALFORMED'],
  ['https://[::1%25lo]/', 'MALFORMED'],
  ['https://[::ffff:127.0.0.1', 'MALFORMED'],
  ['https://256.0.0.1/', 'MALFORMED'],
  ['https://127.0.0.1.1/', 'MALFORMED'],
  ['https://0x100000000/', 'MALFORMED'],
  ['https://exa mple.com/', 'MALFORMED'],
  ['//127.0.0.1/', 'MALFORMED'],
  ['https:', 'MALFORMED'],
  // Slashes and line breaks that some parsers leave out, and others make into another host.
  ['https:127.0.0.1/', 'ADDRESS'],
  ['https:/127.0.0.1/', 'ADDRESS'],
  ['https:///127.0.0.1/', 'ADDRESS'],
  ['https:\\\\127.0.0.1\\', 'ADDRESS'],
  ['https://127.0.0.1\\@example.com/', 'ADDRESS'],
  ['https://127.0.0.1#@example.com/', 'ADDRESS'],
  ['https://127.0.0.1?@example.com/', 'ADDRESS'],
  ['https://12\t7.0.0.1/', 'MALFORMED'],
  ['https://127.0.\r\n0.1/', 'MALFORMED'],
  [' https://127.0.0.1/ ', 'MALFORMED'],
  ['HTTPS://127.0.0.1/', 'ADDRESS'],
];

/** Possible answers of an attacker's name server. */
const answers: readonly [name: string, addresses: readonly string[]][] = [
  ['this machine', ['127.0.0.1']],
  ['this machine in IPv6', ['::1']],
  ['this machine, mapped', ['::ffff:127.0.0.1']],
  ['a public address and this machine', ['8.8.8.8', '127.0.0.1']],
  ['this machine and a public address', ['127.0.0.1', '8.8.8.8']],
  ['a public address and this machine in IPv6', ['8.8.8.8', '::1']],
  ['a private network', ['10.0.0.1']],
  ['a private network of IPv6', ['fd00:ec2::254']],
  ['where a cloud hands out its credentials', ['169.254.169.254']],
  ['no machine in particular', ['0.0.0.0']],
  ['a translation of this machine', ['64:ff9b::7f00:1']],
  ['a zone of this machine', ['fe80::1%lo']],
  ['another name', ['localhost']],
  ['a number that is no address', ['2130706433']],
  ['an empty text', ['']],
];

/** Names led inside by the names' own servers, taken while no server answers. */
const namesInside: readonly [host: string, address: string][] = [
  ['metadata.google.internal', '169.254.169.254'],
  ['metadata.google.internal.', '169.254.169.254'],
  ['127.0.0.1.nip.io', '127.0.0.1'],
  ['10-0-0-1.nip.io.', '10.0.0.1'],
  ['a9fea9fe.nip.io', '169.254.169.254'],
  ['fd00-ec2--254.sslip.io', 'fd00:ec2::254'],
  ['hooks.example.com.', '127.0.0.1'],
];

describe('an address that leads inside', () => {
  it(`is refused however it is written: ${hosts.length} ways`, async () => {
    const outbound = open(() => Promise.reject(new Error('a name server was asked')));
    expect(new Set(hosts).size).toBeGreaterThan(85);
    const fates = await Promise.all(
      urls.map(async (url) => {
        const withPort = url.replace(/\/$/, `:${port}/`);
        return [url, await outbound.refusal(url), await fateOf(outbound, withPort)];
      }),
    );
    // Addresses refused by every parser lead nowhere either.
    const odd = fates.filter(([, refusal, fate]) => !isRefusal(refusal) || !isRefusal(fate));
    expect(odd).toEqual([]);
  });

  it.each(others)('%j is refused: %s', async (url, reason) => {
    const outbound = open(() => Promise.reject(new Error('a name server was asked')));
    expect([await outbound.refusal(url), await fateOf(outbound, url)]).toEqual([reason, reason]);
  });

  it.each(answers)('is refused where the name server answers with %s', async (_name, addresses) => {
    const outbound = open(async () => addresses);
    const url = `https://hooks.example.com:${port}/`;
    expect([await outbound.refusal(url), await fateOf(outbound, url)]).toEqual([
      'ADDRESS',
      'ADDRESS',
    ]);
  });

  it.each(answers)(
    'is refused where the name was public when looked at, and is now %s',
    async (_name, addresses) => {
      let isLookedAt = false;
      const outbound = open(async () => {
        const given = isLookedAt ? addresses : ['8.8.8.8'];
        isLookedAt = true;
        return given;
      });
      const url = `https://rebinding.example.com:${port}/`;
      expect([await outbound.refusal(url), await fateOf(outbound, url)]).toEqual([
        undefined,
        'ADDRESS',
      ]);
    },
  );

  it.each(namesInside)(
    'is refused at the call where %s was taken while nobody answered for the name',
    async (host, address) => {
      let addresses: readonly string[] = [];
      const outbound = open(async (name) => (name === host ? addresses : ['8.8.8.8']));
      const url = `https://${host}:${port}/`;
      expect([await outbound.refusal(`https://${host}/`), await fateOf(outbound, url)]).toEqual([
        undefined,
        'DNS',
      ]);
      addresses = [address];
      expect(await fateOf(outbound, url)).toBe('ADDRESS');
    },
  );

  it(`is refused in any mixture of notations (${attackRun})`, async () => {
    const chance = attackChance();
    const outbound = open(() => Promise.reject(new Error('a name server was asked')));
    for (let round = 0; round < 500 * attackRounds; round += 1) {
      const url = `https://${mixedLoopback(chance)}:${port}/`;
      expect([
        url,
        isRefusal(await outbound.refusal(url)),
        isRefusal(await fateOf(outbound, url)),
      ]).toEqual([url, true, true]);
    }
  });
});

const isRefusal = (fate: string | undefined): boolean => fate === 'ADDRESS' || fate === 'MALFORMED';

/**
 * Some address of this machine, the last parts joined or not, each in a separate base, in digits of
 * any script.
 */
function mixedLoopback(chance: ReturnType<typeof attackChance>): string {
  const [b, c, d] = [chance.below(256), chance.below(256), chance.below(256)];
  const joined: readonly number[][] = [
    [127, b, c, d],
    [127, b, c * 256 + d],
    [127, b * 65_536 + c * 256 + d],
    [127 * 16_777_216 + b * 65_536 + c * 256 + d],
  ];
  const written = chance.of(joined).map((part) => {
    const zeros = '0'.repeat(chance.below(3));
    return chance.of([`${part}`, `0x${zeros}${part.toString(16)}`, `0${zeros}${part.toString(8)}`]);
  });
  const wide = (digit: string): string => String.fromCodePoint(0xff10 + Number(digit));
  const text = written.join(chance.of(['.', '。', '．', '%2e'])) + chance.of(['', '.']);
  return chance.below(2) === 0
    ? text
    : text.replaceAll(/[0-9]/g, (digit) => chance.of([digit, wide(digit)]));
}

describe('a webhook', () => {
  let fixture: WebhookFixture;
  const addresses: Record<string, readonly string[]> = { 'hooks.example.com': ['8.8.8.8'] };
  beforeAll(async () => {
    const resolve = async (host: string) => addresses[host] ?? [];
    fixture = await createWebhookFixture({
      outbound: { allowsPrivate: false, timeoutMs: 2_000, resolve },
    });
  });
  afterAll(() => fixture.drop());

  it('is neither made for such an address nor led to it', async () => {
    const { owner, path } = fixture.account();
    const made = await owner
      .post(path, { url: 'https://hooks.example.com/', event_types: ['*'] })
      .expect(201);
    const reasons = new Map([...urls.map((url) => [url, 'ADDRESS'] as const), ...others]);
    const odd: unknown[] = [];
    for (const [url, reason] of reasons) {
      const answers = await Promise.all([
        owner.post(path, { url, event_types: ['*'] }),
        owner.patch(`${path}/${made.body.webhook_id}`, { url }, made.body.etag),
      ]);
      for (const { status, body } of answers) {
        const isRefused = status === 422 && body.error_code === 'WEBHOOK_URL_REFUSED';
        const isExpected = [reason, 'MALFORMED'].includes(body.details?.reason);
        if (!isRefused || !isExpected) odd.push([url, status, body]);
      }
    }
    expect(odd).toEqual([]);
    expect((await owner.get(`${path}/${made.body.webhook_id}`).expect(200)).body.url).toBe(
      'https://hooks.example.com/',
    );
  });

  it('is not pinged where its name has been led inside since', async () => {
    const { owner, path } = fixture.account();
    const url = `https://moved.example.com:${port}/`;
    addresses['moved.example.com'] = ['8.8.8.8'];
    const made = await owner.post(path, { url, event_types: ['*'] }).expect(201);
    for (const [, inside] of answers) {
      addresses['moved.example.com'] = inside;
      const { body } = await owner.post(`${path}/${made.body.webhook_id}/test`).expect(200);
      expect(body).toMatchObject({ is_delivered: false, response_code: null });
    }
  });

  it('is sent nothing where its name turns out to lead inside', async () => {
    const { owner, path, emit } = fixture.account();
    const made = await Promise.all(
      namesInside.map(async ([host]) => {
        const url = `https://${host}:${port}/`;
        const { body } = await owner.post(path, { url, event_types: ['*'] }).expect(201);
        return body.webhook_id as string;
      }),
    );
    Object.assign(addresses, Object.fromEntries(namesInside.map(([host, to]) => [host, [to]])));
    await emit('s', 1);
    fixture.startRelay();
    for (const id of made)
      await eventually(async () => {
        const { body } = await owner.get(`${path}/${id}/deliveries`).expect(200);
        expect(body.items[0]).toMatchObject({ error: 'URL_REFUSED_ADDRESS', response_code: null });
      });
  });
});
