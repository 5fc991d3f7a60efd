/** Tells of: signing-key.records, signing-key.store, signing-key-rotation.task. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createSigningKeyRecords } from '../../../db/identity/credential/signing-key.records.js';
import { platformAccountId, roleScope } from '../../../db/connection/database.js';
import { createSigningKeyRotation } from '../../../workers/identity/signing-key-rotation.task.js';
import { identityInvariants } from '../../../db/identity/invariant.views.js';
import { breachesOf } from '../../../db/shared/invariant.js';
import { signingKeyStore } from '../../../db/identity/credential/signing-key.store.js';
import { transacted } from '../../support/servers/transacted.js';
import { createIdentityFixture, type IdentityFixture } from '../identity-fixture.js';

let test: IdentityFixture;
const sealKey = Buffer.alloc(32, 'ab');
const times = { rotateMs: 30 * 86_400_000, publishMs: 900_000 };
beforeAll(async () => {
  test = await createIdentityFixture();
});
beforeEach(() => test.admin.query('delete from identity.signing_keys'));
afterAll(() => test.drop());

const store = () =>
  transacted(test.database, { accountId: platformAccountId }, (scope) =>
    signingKeyStore(scope, { sealKey, times }),
  );
const load = () =>
  createSigningKeyRecords({
    database: test.database,
    sealKey: sealKey.toString('hex'),
  }).loadOrCreate();
const run = () =>
  createSigningKeyRotation({ database: test.database, sealKey, times })(() => undefined);

interface KeyRow {
  kid: string;
  state: string;
  published_at: string;
  active_from: string;
  retire_at: string | null;
  private_bytes: number;
}
async function keys(state?: string): Promise<KeyRow[]> {
  const { rows } = await test.admin.query<KeyRow>(
    `select kid, state, published_at, active_from, retire_at, length(private_jwk_sealed) as private_bytes
     from identity.signing_keys where state = coalesce($1, state) order by published_at, created_at`,
    [state],
  );
  return rows;
}
const kidOf = async (state: string): Promise<string | undefined> => (await keys(state))[0]?.kid;
/** As if all keys had been made earlier. */
const age = (ms: number) =>
  test.admin.query(
    `update identity.signing_keys set published_at = published_at - $1 * interval '1 ms',
       active_from = active_from - $1 * interval '1 ms', retire_at = retire_at - $1 * interval '1 ms'`,
    [ms],
  );
const states = async (): Promise<string[]> => (await keys()).map(({ state }) => state).sort();
const breaches = async (): Promise<string[]> => {
  const searches = identityInvariants
    .filter(({ says }) => says.includes('key'))
    .map((invariant) => breachesOf(roleScope(test.admin), invariant));
  return (await Promise.all(searches)).flat();
};

describe('the signing keys', () => {
  it('begin with one that signs at once, however many processes come first', async () => {
    const loaded = await Promise.all(Array.from({ length: 5 }, load));
    expect(new Set(loaded.flat().map(({ kid }) => kid)).size).toBe(1);
    expect(await states()).toEqual(['CURRENT']);
    expect(loaded[0]?.[0]?.privateJwk).toMatchObject({ crv: 'P-256', d: expect.any(String) });
  });

  it('have another standing by after a run, and one alone however often and however many run', async () => {
    await load();
    await Promise.all([run(), run(), run()]);
    await run();
    expect(await states()).toEqual(['CURRENT', 'NEXT']);
    const [next] = await keys('NEXT');
    expect(Date.parse(String(next?.active_from)) - Date.now()).toBeGreaterThan(29 * 86_400_000);
  });

  it('change when the time has come, and not before', async () => {
    await load();
    await run();
    const [current, next] = [await kidOf('CURRENT'), await kidOf('NEXT')];
    await age(29 * 86_400_000);
    await run();
    expect(await kidOf('CURRENT')).toBe(current);
    await age(86_400_000);
    await run();
    expect([await kidOf('RETIRING'), await kidOf('CURRENT')]).toEqual([current, next]);
    expect(await states()).toEqual(['CURRENT', 'NEXT', 'RETIRING']);
    const [retiring] = await keys('RETIRING');
    const staysMs = Date.parse(String(retiring?.retire_at)) - Date.now();
    expect(staysMs).toBeGreaterThan(25 * 60_000);
    expect(staysMs).toBeLessThan(27 * 60_000);
    const changes = (await test.events('SIGNING_KEY_CHANGED')).filter(
      ({ payload }) => payload['kid'] === current,
    );
    expect(changes.map(({ payload }) => payload['state'])).toEqual(['CURRENT', 'RETIRING']);
  });

  it('go when no token of theirs is left, with their private half', async () => {
    await load();
    await store().publishNext();
    await age(16 * 60_000);
    await store().rotate();
    await run();
    expect(await states()).toEqual(['CURRENT', 'NEXT', 'RETIRING']);
    await test.admin.query(
      `update identity.signing_keys set retire_at = now() where state = 'RETIRING'`,
    );
    await run();
    expect(await states()).toEqual(['CURRENT', 'GONE', 'NEXT']);
    expect(await keys('GONE')).toMatchObject([{ private_bytes: 0 }]);
    expect((await load()).map(({ state }) => state).sort()).toEqual(['CURRENT', 'NEXT']);
  });

  it('change at once where somebody wants it and the next has been published for long enough', async () => {
    await load();
    await run();
    const next = await kidOf('NEXT');
    await age(900_000);
    expect(await store().rotate()).toBe(next);
    expect(await kidOf('CURRENT')).toBe(next);
    expect(await states()).toEqual(['CURRENT', 'NEXT', 'RETIRING']);
  });

  it('change as soon as the next has been published for long enough, where it has not, once', async () => {
    await load();
    const kid = await store().rotate();
    expect(await store().rotate()).toBe(kid);
    expect(await kidOf('NEXT')).toBe(kid);
    await age(14 * 60_000);
    await run();
    expect(await kidOf('NEXT')).toBe(kid);
    await age(60_000);
    await run();
    expect(await kidOf('CURRENT')).toBe(kid);
    expect(await states()).toEqual(['CURRENT', 'NEXT', 'RETIRING']);
  });

  it('are all replaced where one may be known to somebody', async () => {
    await load();
    await run();
    await age(900_000);
    await store().rotate();
    const before = (await keys()).map(({ kid }) => kid);
    const kid = await store().replaceAll();
    expect(before).not.toContain(kid);
    expect((await load()).map((key) => key.kid).sort()).toEqual(
      [kid, String(await kidOf('NEXT'))].sort(),
    );
    expect((await keys('GONE')).map((key) => key.kid).sort()).toEqual(before.sort());
    expect((await keys('GONE')).every(({ private_bytes: size }) => size === 0)).toBe(true);
  });

  it('are changed by one at a time: two who want another key at once get the same', async () => {
    await load();
    await run();
    await age(900_000);
    const wanted = await Promise.all([store().rotate(), store().rotate()]);
    expect(await states()).toEqual(['CURRENT', 'NEXT', 'RETIRING']);
    // The second request waits for the key published by the first.
    expect(wanted.sort()).toEqual([await kidOf('CURRENT'), await kidOf('NEXT')].sort());
  });

  it('are found where none signs, and where one stays past its time', async () => {
    await load();
    await run();
    expect(await breaches()).toEqual([]);
    await test.admin.query(
      `update identity.signing_keys set active_from = now() - interval '4 hours' where state = 'NEXT'`,
    );
    expect(await breaches()).toEqual([`NEXT ${await kidOf('NEXT')}`]);
    await test.admin.query(
      `update identity.signing_keys set state = 'RETIRING', retire_at = now() - interval '4 hours' where state = 'CURRENT'`,
    );
    expect(await breaches()).toEqual(
      expect.arrayContaining(['no current key', `RETIRING ${await kidOf('RETIRING')}`]),
    );
  });
});
