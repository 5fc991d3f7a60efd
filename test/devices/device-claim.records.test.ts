import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { platformAccountId } from '../../db/connection/database.js';
import { deviceClaimRecords } from '../../db/devices/device-claim.records.js';
import { newId } from '../../db/shared/id.js';
import { transacted } from '../support/servers/transacted.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { aDeviceId } from '../support/devices/device.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const records = () =>
  transacted(test.database, { accountId: platformAccountId }, (scope) =>
    deviceClaimRecords(scope, { codeKey: 'a key' }),
  );
interface Claimant {
  accountId: string;
  principalId: string;
  place: string;
}
const aClaimant = (): Claimant => ({ accountId: newId(), principalId: newId(), place: newId() });
const claim = (claimant: Claimant) =>
  records().claim({ ...claimant, unit: { deviceId: aDeviceId() }, claimCode: undefined });
async function missesOf({ accountId, principalId, place }: Claimant) {
  const { rows } = await test.admin.query<{ count: number; goes_on: boolean }>(
    `select m.count, m.ends_at > now() as goes_on from devices.claim_misses m where m.key = any ($1) order by m.key`,
    [[`account/${accountId}`, `principal/${principalId}`, `place/${place}`]],
  );
  return rows.map(({ count, goes_on: goesOn }) => (goesOn ? count : 'over'));
}

describe('a claim lost before the attachment', () => {
  it('counts for the account, the person and the place, the first like any other', async () => {
    const claimant = aClaimant();
    await records().miss(claimant);
    expect(await missesOf(claimant)).toEqual([1, 1, 1]);
    await records().miss(claimant);
    expect(await missesOf(claimant)).toEqual([2, 2, 2]);
  });

  it('counts from one again after the time in which misses count', async () => {
    const claimant = aClaimant();
    for (let n = 0; n < 3; n += 1) await records().miss(claimant);
    await test.admin.query('update devices.claim_misses set ends_at = now()');
    expect(await missesOf(claimant)).toEqual(['over', 'over', 'over']);
    await records().miss(claimant);
    expect(await missesOf(claimant)).toEqual([1, 1, 1]);
  });

  it('is counted together with the units that were guessed, and stops the eleventh try', async () => {
    const claimant = aClaimant();
    for (let n = 0; n < 5; n += 1) {
      await records().miss(claimant);
      expect(await claim(claimant)).toBeUndefined();
    }
    await expect(claim(claimant)).rejects.toThrow(/too many/i);
    expect(await missesOf(claimant)).toEqual([10, 10, 10]);
  });
});
