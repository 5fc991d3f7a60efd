import { spawn, spawnSync } from 'node:child_process';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { program } from '../../../processes/node-process.js';
import { startTemporal } from '../../../temporal-config/dev-server.js';
import { findFreePort } from '../../../processes/port.js';
import { eventually } from '../../support/timing/eventually.js';

let temporal: Awaited<ReturnType<typeof startTemporal>>;
let uiPort: number;
let httpPort: number;

beforeAll(async () => {
  temporal = await startTemporal({ uiPort: 0 });
  uiPort = Number(new URL(temporal.uiUrl ?? '').port);
  httpPort = Number(argumentOf('--http-port'));
});
afterAll(() => temporal.stop());

/** As an observer of the running processes sees the argument, and no web page does. */
function argumentOf(name: string): string {
  const { stdout } = spawnSync('ps', ['-ww', '-eo', 'args'], { encoding: 'utf8' });
  const line = stdout
    .split('\n')
    .find(
      (each) => each.includes('start-dev') && each.includes(temporal.address.split(':')[1] ?? ''),
    );
  const words = line?.split(' ') ?? [];
  return words[words.indexOf(name) + 1] ?? '';
}

async function ask(
  port: number,
  path: string,
  {
    method = 'GET',
    headers = {},
    body,
    host = '127.0.0.1',
  }: { method?: string; headers?: Record<string, string>; body?: string; host?: string } = {},
): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host, port, path, method, headers, agent: false }, (answer) => {
      void text(answer).then((said) => resolve({ status: answer.statusCode, body: said }), reject);
    });
    asked.once('error', reject).end(body);
  });
}

const names = ['evil.example', '127.0.0.1', 'localhost', '[::1]', 'nobody.invalid'];

describe("the development server's HTTP port", () => {
  it.each(names)('starts nothing for a page that names it %s', async (name) => {
    const answer = await ask(httpPort, '/api/v1/namespaces/default/workflows/x', {
      method: 'POST',
      headers: {
        host: `${name}:${httpPort}`,
        origin: 'https://evil.example',
        'content-type': 'text/plain',
      },
      body: JSON.stringify({
        workflowType: { name: 'auditExportWorkflow' },
        taskQueue: { name: 'platform' },
      }),
    });
    expect(answer.status).toBe(403);
    const read = await ask(httpPort, '/api/v1/namespaces', {
      headers: { host: `${name}:${httpPort}` },
    });
    expect(read.status).toBe(403);
  });
});

describe('the Web UI', () => {
  it('answers to names of this machine', async () => {
    for (const name of ['127.0.0.1', 'localhost'])
      await eventually(async () => {
        const answer = await ask(uiPort, '/api/v1/namespaces', {
          headers: { host: `${name}:${uiPort}` },
        });
        expect(answer.status).toBe(200);
      });
  });

  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example'])(
    'tells a page nothing that has led %s to loopback',
    async (name) => {
      for (const path of ['/', '/api/v1/namespaces', '/api/v1/settings'])
        expect((await ask(uiPort, path, { headers: { host: `${name}:${uiPort}` } })).status).toBe(
          421,
        );
    },
  );

  it('takes no change without its token', async () => {
    const headers = {
      host: `localhost:${uiPort}`,
      origin: 'https://evil.example',
      'content-type': 'text/plain',
    };
    const answer = await ask(uiPort, '/api/v1/namespaces/default/workflows/x', {
      method: 'POST',
      headers,
      body: '{}',
    });
    expect([400, 403]).toContain(answer.status);
  });

  it('is guarded likewise in Docker Compose, where a program of ours stands before it', async () => {
    const [port, args] = [await findFreePort(), [program, 'temporal-config/guard-ui.ts']];
    const guard = spawn(
      process.execPath,
      [...args, String(port), `${argumentOf('--ui-ip')}:${argumentOf('--ui-port')}`],
      { stdio: 'ignore' },
    );
    try {
      await eventually(async () => {
        expect(
          (await ask(port, '/api/v1/settings', { headers: { host: 'localhost:8080' } })).status,
        ).toBe(200);
      });
      expect(
        (await ask(port, '/api/v1/settings', { headers: { host: 'evil.example:8080' } })).status,
      ).toBe(421);
    } finally {
      guard.kill();
    }
  });

  const hasAllOfLoopback = process.platform === 'linux';
  (hasAllOfLoopback ? it : it.skip)('itself listens where no page can look for it', async () => {
    const hidden = argumentOf('--ui-ip');
    expect(hidden).toMatch(/^127\.(?!0\.0\.1$)/);
    await expect(ask(Number(argumentOf('--ui-port')), '/')).rejects.toThrow('ECONNREFUSED');
  });
});
