import { connect, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Api, ApiParts } from '../../../api/server.js';
import { createSampleApi } from '../../api/sample.js';

let running: Api | undefined;
afterEach(async () => running?.drain());

async function listen(settings: Partial<ApiParts['settings']> = {}) {
  running = createSampleApi({ settings });
  const { port } = (await running.listen(0, '127.0.0.1')).address() as AddressInfo;
  /** The status of a request with the head as given, after the first line. */
  return (path: string, ...head: string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      let answer = '';
      const lines = [`GET ${path} HTTP/1.1`, ...head, 'Connection: close', '', ''];
      const socket = connect(port, '127.0.0.1', () => socket.write(lines.join('\r\n')));
      socket
        .on('data', (data) => (answer += String(data)))
        .on('close', () => resolve(answer.split(' ', 2)[1] ?? ''))
        .on('error', reject);
    });
}
const production = { isProduction: true, publicUrl: 'https://api.example.com' };

describe('in development', () => {
  it.each([
    'evil.example',
    'evil.example:3000',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '192.168.1.20',
    '',
  ])('no page is told anything under the name %s that it has led here', async (host) => {
    const send = await listen();
    for (const path of [
      '/dev',
      '/ui/mailbox.json',
      '/docs',
      '/openapi.json',
      '/v1/me',
      '/health',
      '/nowhere',
    ])
      expect([path, await send(path, `Host: ${host}`)]).toEqual([path, '421']);
  });
  it.each([
    '127.0.0.1',
    '127.0.0.1:3000',
    'localhost:80',
    'LOCALHOST',
    'localhost.',
    '127.9.9.9',
    '[::1]:3000',
  ])('this machine is answered as %s', async (host) => {
    expect(await (await listen())('/dev', `Host: ${host}`)).toBe('204');
  });
  it('a name is answered that was allowed', async () => {
    expect(
      await (
        await listen({ allowedHosts: ['millrace.test'] })
      )('/dev', 'Host: millrace.test:3000'),
    ).toBe('204');
  });
});

describe('in production', () => {
  it('any name is answered where none is configured, as behind a proxy', async () => {
    expect(await (await listen(production))('/openapi.json', 'Host: 10.0.0.7:3000')).toBe('200');
  });
  it('others than the configured names are refused, and probes by address go on', async () => {
    const send = await listen({ ...production, allowedHosts: ['Api.Internal'] });
    expect(await send('/openapi.json', 'Host: api.example.com')).toBe('200');
    expect(await send('/openapi.json', 'Host: api.internal:3000')).toBe('200');
    expect(await send('/openapi.json', 'Host: evil.example')).toBe('421');
    for (const probe of ['/health', '/healthz', '/ready', '/readyz'])
      expect(await send(probe, 'Host: 10.0.0.7:3000')).toBe('200');
  });
});

describe('two Host headers', () => {
  it.each([
    [['Host: localhost', 'Host: evil.example']],
    [['Host: localhost', 'Host: localhost']],
    [['hOsT: localhost', 'Accept: */*', 'HOST: localhost']],
  ])('%j are one request too many', async (head) => {
    for (const settings of [{}, production]) {
      expect(await (await listen(settings))('/health', ...head)).toBe('400');
      await running?.drain();
    }
  });
});
