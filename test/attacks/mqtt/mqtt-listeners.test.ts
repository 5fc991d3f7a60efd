import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Authenticator } from '../../../api/route/caller.js';
import { newId } from '../../../db/shared/id.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';
import { eventually } from '../../support/timing/eventually.js';
import { introduce } from '../../support/devices/gateway.js';
import { startTestBroker, type TestBroker } from '../../support/devices/gateway-broker.js';
import { connectPacket } from '../../support/devices/mqtt-packets.js';
import { openConnection, type RawConnection } from '../../support/http/raw-connection.js';

const accepted = 0;
const unavailable = 3;
const limits = { ofAccount: 5, ofPrincipal: 3 };
/** A token says the bearer and the bearer's account: `<principal>~<account>`. */
const authenticator: Authenticator = {
  authenticate: async (token) => {
    const [principalId = '', accountId = ''] = token.split('~');
    const memberships = [{ accountId, role: 'VIEWER' as const }];
    return {
      kind: 'SESSION',
      userId: principalId,
      principalId,
      sessionId: principalId,
      isPlatformAdmin: false,
      isSupport: false,
      grants: [],
      memberships,
    };
  },
};

let test: TestDatabase;
let gateway: TestBroker;
const open: RawConnection[] = [];
beforeAll(async () => {
  test = await createTestDatabase();
  gateway = await startTestBroker(test, { authenticator, listenerLimits: limits });
});
afterEach(() => {
  for (const connection of open.splice(0)) connection.end();
});
afterAll(async () => {
  await gateway.stop();
  await test.drop();
});

interface Attempt {
  accountId: string;
  principalId: string;
  name?: string;
}
async function listen({ accountId, principalId, name = newId().slice(-12) }: Attempt) {
  const connection = await openConnection(gateway.port);
  open.push(connection);
  const clientId = `${accountId}/${name}`;
  const password = `${principalId}~${accountId}`;
  return {
    connection,
    code: await introduce(connection, connectPacket({ clientId, username: accountId, password })),
  };
}
const times = (count: number, attempt: Attempt): Attempt[] => Array<Attempt>(count).fill(attempt);
const codesOf = async (attempts: readonly Attempt[]): Promise<unknown[]> => {
  const codes: unknown[] = [];
  for (const attempt of attempts) codes.push((await listen(attempt)).code);
  return codes;
};

describe('who listens to events over MQTT', () => {
  it('takes no more connections than one of its people may, and leaves the account its others', async () => {
    const [accountId, greedy] = [newId(), newId()];
    const most = Array<number>(limits.ofPrincipal).fill(accepted);
    expect(
      await codesOf(times(limits.ofPrincipal + 2, { accountId, principalId: greedy })),
    ).toEqual([...most, unavailable, unavailable]);
    expect(await codesOf([{ accountId, principalId: newId() }])).toEqual([accepted]);
    expect(gateway.refusals).toContain(`listener ${accountId} TOO_MANY_LISTENERS`);
  });

  it('takes no more than an account may, and leaves another account its own', async () => {
    const accountId = newId();
    const others = Array.from({ length: limits.ofAccount + 1 }, () => ({
      accountId,
      principalId: newId(),
    }));
    expect((await codesOf(others)).at(-1)).toBe(unavailable);
    expect(await codesOf([{ accountId: newId(), principalId: newId() }])).toEqual([accepted]);
  });

  it('has a place again when one is left, however it was left', async () => {
    const who = { accountId: newId(), principalId: newId() };
    expect(await codesOf(times(limits.ofPrincipal, who))).not.toContain(unavailable);
    expect((await listen(who)).code).toBe(unavailable);
    open[open.length - 2]?.end();
    await eventually(async () => expect((await listen(who)).code).toBe(accepted));
  });

  it('takes over a connection of its own client id without another place', async () => {
    const who = { accountId: newId(), principalId: newId() };
    for (let n = 0; n < 3 * limits.ofPrincipal; n += 1)
      expect((await listen({ ...who, name: 'phone' })).code).toBe(accepted);
    expect(await codesOf(times(limits.ofPrincipal - 1, who))).not.toContain(unavailable);
    expect((await listen(who)).code).toBe(unavailable);
    expect((await listen({ ...who, name: 'phone' })).code).toBe(accepted);
  });
});
