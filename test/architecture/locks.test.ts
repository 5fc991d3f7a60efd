import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { text } from '../../db/connection/column.js';
import { query, type Query } from '../../db/connection/query.js';
import {
  claimsOf,
  confirmedClaims,
  type LockProof,
  type LockProofs,
} from '../support/locks/lock-proof.js';
import { allQueries } from '../support/servers/all-queries.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { tablesOf, type Table } from '../support/servers/tenant-rows.js';
import { domains } from '../../workers/domains.js';

let test: TestDatabase;
let tables: Table[];
let queries: ReadonlyMap<string, Query<never, unknown>>;
let proofs: LockProofs;
beforeAll(async () => {
  test = await createTestDatabase();
  tables = await tablesOf(test.admin);
  queries = new Map((await allQueries()).map((each) => [each.name, each]));
  proofs = await proofsOfDomains();
});
afterAll(() => test.drop());

/** Of every domain, found by the domain's name. */
async function proofsOfDomains(): Promise<LockProofs> {
  const ofEach = await Promise.all(
    domains.map(async ({ name }) => {
      const path = `../support/locks/${name}.locks.ts`;
      const { lockProofs } = (await import(path).catch(() => ({ lockProofs: {} }))) as {
        lockProofs: LockProofs;
      };
      return lockProofs;
    }),
  );
  return Object.assign({}, ...ofEach) as LockProofs;
}

/** An upsert without a change locks the row, too. */
const lockingText =
  /\bfor (no key )?update\b|\bfor (key )?share\b|advisory_(xact_)?lock|\block table\b|do update set (\w+) = (?!excluded)\w+\.\4\s*(returning|$)/i;
const isLocking = ({ name, text }: Query<never, unknown>): boolean =>
  lockingText.test(text) || /lock(?!ed)/i.test(name.split('.').at(-1) ?? '');

describe('every query that locks', () => {
  it('has its proof in test/support/locks, and each proof its query', () => {
    const locking = [...queries.values()].filter(isLocking).map(({ name }) => name);
    expect(locking.length).toBeGreaterThan(20);
    expect(Object.keys(proofs).sort()).toEqual(locking.sort());
  });

  it('keeps another transaction from what the proof claims', async () => {
    const wrong: Record<string, unknown> = {};
    for (const [name, proof] of Object.entries(proofs)) {
      const confirmed = await confirm(name, proof).catch(String);
      if (!isDeepStrictEqual(confirmed, claimsOf(proof))) wrong[name] = confirmed;
    }
    expect(wrong).toEqual({});
  });

  it('claims something', () => {
    const empty = Object.entries(proofs).filter(([, proof]) =>
      isDeepStrictEqual(claimsOf(proof), {}),
    );
    expect(empty).toEqual([]);
  });
});

function confirm(name: string, proof: LockProof) {
  const query = queries.get(name);
  if (!query) throw new Error(`there is no query ${name}`);
  return confirmedClaims({ admin: test.admin, tables, query, proof });
}

describe('the proof of a lock', () => {
  const site = '01890000-0000-7000-8000-0000000000e1';
  const rows = [['water.sites', { account_id: site, site_id: site }]] as const;
  const lockOf = (name: string, clause: string, proof: Partial<LockProof>) => {
    const lock = query({
      name: `test.lock.${name}`,
      parameters: { siteId: text },
      text: `select from water.sites s where s.site_id::text = :siteId ${clause}`,
    });
    const parts = { admin: test.admin, tables, query: lock };
    return confirmedClaims({ ...parts, proof: { rows, parameters: { siteId: site }, ...proof } });
  };

  it('tells each lock from a weaker one, and from none', async () => {
    const holds = { 'water.sites': 'UPDATE' } as const;
    for (const mode of ['key share', 'share', 'no key update', 'update'])
      expect((await lockOf(mode, `for ${mode}`, { holds })).holds).toEqual({
        'water.sites': mode.toUpperCase(),
      });
    expect((await lockOf('none', '', { holds })).holds).toEqual({});
  });

  it('finds that nobody waits, and that what is locked is waited for', async () => {
    const excludes = { siteId: site };
    expect((await lockOf('share.too', 'for share', { excludes })).excludes).toBeUndefined();
    expect((await lockOf('first', 'for update', { excludes })).excludes).toEqual(excludes);
    await expect(lockOf('waiting', 'for update', { passesBy: 'water.sites' })).rejects.toThrow(
      'lock timeout',
    );
  });
});
