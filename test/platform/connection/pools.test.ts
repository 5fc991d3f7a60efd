import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StartupFailure } from '../../../processes/startup-failure.js';
import { findFreePort } from '../../../processes/port.js';
import { openRolePool } from '../../../workers/process/pools.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

/** The refusal, as shown to the person at the start. */
async function refusalOf(url: string): Promise<string> {
  const refusal = await openRolePool(url).then(
    (pool) => pool.end().then(() => undefined),
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(StartupFailure);
  return (refusal as StartupFailure).message;
}
const withPassword = (url: string, password: string): string => {
  const changed = new URL(url);
  changed.password = password;
  return changed.href;
};

describe('a pool is not opened, and its reader is told why and where, without the password', () => {
  it('where nobody listens', async () => {
    const port = await findFreePort();
    for (const host of ['127.0.0.1', 'localhost']) {
      const message = await refusalOf(
        `postgres://millrace_app:planted-password@${host}:${port}/millrace`,
      );
      expect(message).toContain(`PostgreSQL at millrace_app@${host}:${port} does not answer`);
      expect(message).toContain('ECONNREFUSED');
      expect(message).not.toContain('planted-password');
    }
  });

  it('where whoever listens is no PostgreSQL', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    expect(await refusalOf(`postgres://millrace_app:x@127.0.0.1:${port}/millrace`)).toMatch(
      /does not answer/,
    );
    server.close();
  });

  it('where the password is another', async () => {
    const message = await refusalOf(withPassword(test.urls.app, 'planted-password'));
    expect(message).toMatch(/does not let us in: password authentication failed/);
    expect(message).not.toContain('planted-password');
  });

  it('where row-level security would not bind the role', async () => {
    expect(await refusalOf(test.urls.owner)).toMatch(/millrace_owner .* connect as millrace_app/);
  });
});
