import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createRolePool } from '../../../db/connection/database.js';
import { newId } from '../../../db/shared/id.js';
import { emitEvents } from '../../../db/shared/outbox.js';
import { runCommand, type CommandEnd } from '../../support/processes/command.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';
import { eventually } from '../../support/timing/eventually.js';
import { happened } from '../../support/timing/happened.js';
import { startTestRelay } from '../../support/processes/relay.js';

const consumer = 'internal/test';
let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

/** As `npm run consumers -- <args>`. */
const run = (...args: string[]): Promise<CommandEnd> =>
  runCommand('consumers', args, {
    SECRET_KEY: randomBytes(48).toString('base64'),
    DATABASE_RELAY_URL: test.urls.relay,
  });
const standing = async () =>
  (await run('list')).stdout
    .split('\n')
    .map((line) => JSON.parse(line) as { consumerId: string })
    .find(({ consumerId }) => consumerId === consumer);

it('lists, pauses, resumes and rewinds a consumer from the command line', async () => {
  const account = newId();
  const pool = createRolePool(test.urls.relay);
  const seen: unknown[] = [];
  const on = {
    TEST_HAPPENED: async ({ payload }: { payload: unknown }) => void seen.push(payload),
  };
  const relay = startTestRelay({ database: test.database, relayPool: pool }, [
    { name: 'test', on },
  ]);
  const thing = (n: number) =>
    happened.of({ accountId: account, subjectId: 'one', payload: { n } });
  try {
    const ids = await test.database.transaction({ accountId: account }, (scope) =>
      emitEvents(scope, [thing(1), thing(2)]),
    );
    await eventually(() => expect(seen).toEqual([{ n: 1 }, { n: 2 }]));

    expect(await run('pause', consumer)).toEqual({
      code: 0,
      stdout: `${consumer} is paused`,
      stderr: '',
    });
    const again = await run('rewind', consumer, '--to', String(ids[1]));
    expect(again).toEqual({
      code: 0,
      stdout: `1 deliveries of ${consumer} are due again`,
      stderr: '',
    });
    expect(await standing()).toMatchObject({ pausedUntil: 'infinity', pending: 1, dead: 0 });
    expect(await run('resume', consumer)).toMatchObject({
      code: 0,
      stdout: `${consumer} is resumed`,
    });
    await eventually(() => expect(seen).toEqual([{ n: 1 }, { n: 2 }, { n: 2 }]));

    const refused = await run('rewind', consumer, '--to', 'yesterday');
    expect(refused).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('yesterday'),
    });
  } finally {
    await relay.stop();
    await pool.end();
  }
});
