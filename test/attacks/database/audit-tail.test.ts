/** Tells of: audit-witness.store, audit-witness.task, audit-witness-purge.task. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createObjectSweep } from '../../../workers/platform/object-sweep.task.js';
import { createWitnessTask } from '../../../workers/platform/audit-witness.task.js';
import { createWitnessPurge } from '../../../workers/platform/audit-witness-purge.task.js';
import { createLocalObjectStore } from '../../../activities/shared/local-object-store.js';
import type { ObjectStore } from '../../../activities/shared/object-store.js';
import { createWitnessObjects } from '../../../activities/shared/witness-objects.js';
import { loadConfig, type Config } from '../../../config.js';
import { auditKeyViews } from '../../../db/platform/audit/audit-key.views.js';
import { auditWitnessViews } from '../../../db/platform/audit/audit-witness.views.js';
import {
  firstWitnessFollows,
  signWitness,
  type AuditWitness,
} from '../../../db/audit/audit-witness.js';
import { appendAudit } from '../../../db/audit/audit.js';
import { platformAccountId } from '../../../db/connection/context.js';
import { createDatabase, type Database } from '../../../db/connection/database.js';
import { newId } from '../../../db/shared/id.js';
import { aloneInCluster } from '../../../db/setup/provision.js';
import { contextKey } from '../../../workers/process/context-key.js';
import { openAuditKeys } from '../../../workers/audit/audit-keys.js';
import {
  createAuditVerification,
  describeFault,
} from '../../../workers/audit/audit-verification.js';
import { verifyWitnesses } from '../../../workers/audit/witness-verification.js';
import { runCommand } from '../../support/processes/command.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';
import { textQuery } from '../../support/servers/text-query.js';
import { testServers } from '../../support/servers/test-servers.js';

const [minute, day] = [60_000, 86_400_000];
const platform = { accountId: platformAccountId };
/** Of the first witness: nothing is there yet. */
const beganAt = Date.now() - 2 * day;
const policy = { everyMs: 5 * minute, everyEntries: 1_000 };
const logTables = ['platform.audit_log', 'platform.audit_heads', 'platform.audit_witnesses'];
const ignore = (): void => undefined;

let test: TestDatabase;
let dir: string;
let config: Config;
let variables: Record<string, string>;
let database: Database;
let owner: pg.Client;
let partitions: string[];
let store: ObjectStore;
/** An account's, another's and the platform's: every kind of chain there is. */
let chains: string[];
let victim: string;

beforeAll(async () => {
  test = await createTestDatabase();
  const secretKey = randomBytes(48).toString('base64');
  config = loadConfig({ NODE_ENV: 'test', SECRET_KEY: secretKey });
  const key = contextKey(config);
  await test.admin.query('update platform.context_keys set key = $1', [key]);
  database = createDatabase({
    url: test.urls.app,
    contextKey: key,
    auditKey: config.deriveKey('audit entries'),
  });
  owner = new pg.Client({ connectionString: test.urls.owner });
  await owner.connect();
  const { rows } = await owner.query<{ name: string }>(
    "select i.inhrelid::regclass::text as name from pg_inherits i where i.inhparent = 'platform.audit_log'::regclass",
  );
  partitions = rows.map(({ name }) => name);
  variables = { SECRET_KEY: secretKey, DATABASE_URL: test.urls.app };
});
afterAll(async () => {
  await Promise.all([database.close(), owner.end()]);
  await test.drop();
});

beforeEach(async () => {
  await asAttacker('truncate platform.audit_log, platform.audit_heads, platform.audit_witnesses');
  if (dir) await rm(dir, { recursive: true });
  dir = await mkdtemp(join(tmpdir(), 'millrace-tail-'));
  store = createLocalObjectStore({ dir });
  chains = [newId(), newId(), platformAccountId];
  [victim = ''] = chains;
  await witnessAt(beganAt);
  for (const account of chains) await append(account, 6);
  await witnessAt(Date.now());
});
afterAll(() => rm(dir, { recursive: true }));

/** As the owner, able to turn triggers and row-level security off: beyond every grant. */
async function asAttacker(statements: string): Promise<void> {
  const all = (tables: readonly string[], change: string) =>
    tables.map((table) => `alter table ${table} ${change};`).join(' ');
  const open = [
    all([...logTables, ...partitions], 'disable trigger user'),
    all(logTables, 'disable row level security'),
  ];
  const close = [
    all(logTables, 'enable row level security'),
    all(logTables, 'force row level security'),
    all([...logTables, ...partitions], 'enable trigger user'),
  ];
  await owner
    .query(`begin; ${open.join(' ')} ${statements}; ${close.join(' ')} commit`)
    .catch(async (error: unknown) => {
      await owner.query('rollback');
      throw error;
    });
}
async function append(accountId: string, count: number, through = database): Promise<void> {
  for (let i = 0; i < count; i += 1)
    await through.transaction({ accountId, principalId: newId() }, (scope) =>
      appendAudit(scope, {
        action: 'site.create',
        subjectType: 'site',
        subjectId: newId(),
        ip: '192.0.2.7',
      }),
    );
}
const views = () => auditWitnessViews(database.reads(platform));
const parts = () => ({
  store,
  policy,
  database,
  keys: openAuditKeys({ config, database }),
});
/** As a worker just started. */
const witnessAt = (moment: number) =>
  createWitnessTask({ ...parts(), now: () => new Date(moment) })(ignore);
const objects = () => createWitnessObjects(store);
async function names() {
  const all = [];
  for await (const name of objects().list()) all.push(name);
  return all;
}
const numbers = async (): Promise<number[]> => (await names()).map(({ number }) => number);
async function theWitness(number: number) {
  const name = (await names()).find((each) => each.number === number);
  const witness = name && (await objects().read(name));
  if (!name || !witness) throw new Error(`there is no witness ${number}`);
  return { name, witness };
}

async function faults(): Promise<string[]> {
  const keys = await auditKeyViews(database.reads(platform)).publicKeys();
  const outside = await verifyWitnesses(objects(), views(), keys);
  const proofKey = config.deriveKey('audit entries');
  const verification = createAuditVerification(database, { proofKey, witnesses: outside.chains });
  const verdict = await verification.verifyAll(keys);
  return [...verdict.faults.map(describeFault), ...outside.faults];
}

/** Holds callers back until all of the callers are there. */
function meeting(size: number): () => Promise<void> {
  let missing = size;
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  return () => {
    missing -= 1;
    if (missing === 0) begin();
    return begun;
  };
}
function signedByAStranger(content: AuditWitness): AuditWitness {
  const privateJwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return signWitness(content, { kid: "a stranger's", privateJwk });
}

/** Removes the last three entries, and sets the head back to the rest. */
const cutTail = (account: string) => `
  delete from platform.audit_log where account_id = '${account}' and seq > 3;
  update platform.audit_heads set seq = 3, hash = (select hash from platform.audit_log where account_id = '${account}' and seq = 3)
    where account_id = '${account}'`;
const hashOf = (
  l: string,
) => `sha256(convert_to(array_to_string(array['millrace.audit.1', ${l}.account_id::text, ${l}.seq::text,
  to_char(${l}.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), ${l}.principal_id::text, ${l}.action, ${l}.subject_type,
  ${l}.subject_id, ${l}.ip, ${l}.route, ${l}.request_id, encode(${l}.before_hash, 'hex'), encode(${l}.after_hash, 'hex'),
  encode(${l}.prev_hash, 'hex')], E'\\n', ''), 'UTF8'))`;
/**
 * A well-made entry behind the last, with the head moved on; `proof` fills the two columns of a
 * proof.
 */
const forge = (account: string, proof = 'null, null') => `
  insert into platform.audit_log (account_id, seq, occurred_at, principal_id, action, subject_type, prev_hash, hash, proof_id, proof)
    select h.account_id, h.seq + 1, now(), '${newId()}', 'role.grant', 'account', h.hash, h.hash, ${proof}
    from platform.audit_heads h where h.account_id = '${account}';
  update platform.audit_log l set hash = ${hashOf('l')} where l.account_id = '${account}' and l.hash = l.prev_hash;
  update platform.audit_heads h set seq = h.seq + 1, hash = (select l.hash from platform.audit_log l
    where l.account_id = h.account_id and l.seq = h.seq + 1) where h.account_id = '${account}'`;

describe('the owner of the schema', () => {
  it('cannot become the writer of the audit log', () =>
    // No other test borrows the role meanwhile, as migrations do.
    aloneInCluster(testServers().postgres.adminUrl, async () => {
      await expect(owner.query('set role millrace_audit')).rejects.toThrow(
        'permission denied to set role',
      );
      const oneOfThem = 'platform.append_audit(text,text,text,uuid,text,text,text)';
      await expect(
        owner.query(`alter function ${oneOfThem} owner to millrace_owner`),
      ).rejects.toThrow('must be');
      await expect(owner.query(`alter function ${oneOfThem} security invoker`)).rejects.toThrow(
        'must be owner',
      );
    }));

  it('cuts the tail of any kind of chain and is found out', async () => {
    expect(await faults()).toEqual([]);
    for (const account of chains) await asAttacker(cutTail(account));
    expect(await faults()).toEqual(
      [...chains]
        .sort()
        .map((id) => `account ${id} entry 4 was cut: witness 2 knows entries up to 6`),
    );
  });

  it('takes a whole chain away and is found out', async () => {
    await asAttacker(`delete from platform.audit_log where account_id = '${victim}';
      delete from platform.audit_heads where account_id = '${victim}'`);
    expect(await faults()).toEqual([
      `account ${victim} entry 1 was cut: witness 2 knows entries up to 6`,
    ]);
  });

  it('cuts the tail, lets others grow over it and is found out', async () => {
    await asAttacker(cutTail(victim));
    await append(victim, 5);
    await witnessAt(Date.now() + 10 * minute);
    expect(await faults()).toEqual([
      `account ${victim} entry 6 was changed: witness 2 knows another hash of it`,
    ]);
  });

  it('is told by the next run of the witness, which signs the other chains all the same', async () => {
    await asAttacker(cutTail(victim));
    await append(chains[1] ?? '', 1);
    await expect(witnessAt(Date.now() + 10 * minute)).rejects.toThrow(
      `the chain of ${victim} went back from entry 6`,
    );
    expect(await numbers()).toEqual([1, 2, 3]);
    expect(await faults()).toEqual([
      `account ${victim} entry 4 was cut: witness 2 knows entries up to 6`,
    ]);
  });

  it('forges an entry that is well made but for its proof and is found out, before it is witnessed and after', async () => {
    await asAttacker(forge(victim));
    expect(await faults()).toEqual([`account ${victim} entry 7 was forged: it has no proof`]);
    await witnessAt(Date.now() + 10 * minute);
    expect(await faults()).toEqual([`account ${victim} entry 7 was forged: it has no proof`]);
  });

  it('is named by audit:verify, which ends with 1', async () => {
    await asAttacker(`${cutTail(victim)}; ${forge(platformAccountId)}`);
    const { code, stderr } = await runCommand('audit-verify', [], {
      ...variables,
      OBJECT_DIR: dir,
    });
    expect([code, stderr.split('\n')]).toEqual([
      1,
      [
        `account ${platformAccountId} entry 7 was forged: it has no proof`,
        `account ${victim} entry 4 was cut: witness 2 knows entries up to 6`,
      ],
    ]);
  });

  it('forges one with the proof of another and is found out', async () => {
    await asAttacker(forge(victim, "gen_random_uuid(), decode(repeat('ab', 32), 'hex')"));
    expect(await faults()).toEqual([
      `account ${victim} entry 7 was forged: its proof is of something else`,
    ]);
  });

  it.each([
    ['now()', 'its proof is that of an earlier entry'],
    ["now() + interval '1 hour'", 'its proof was made at another time'],
  ])('repeats an entry with its proof, at %s, and is found out', async (moment, because) => {
    await asAttacker(`insert into platform.audit_log
      select (jsonb_populate_record(l, jsonb_build_object('seq', 7, 'prev_hash', l.hash, 'occurred_at', ${moment}))).*
        from platform.audit_log l where l.account_id = '${victim}' and l.seq = 6;
      update platform.audit_log l set hash = ${hashOf('l')} where l.account_id = '${victim}' and l.seq = 7;
      update platform.audit_heads h set seq = 7, hash = (select l.hash from platform.audit_log l
        where l.account_id = h.account_id and l.seq = 7) where h.account_id = '${victim}'`);
    expect(await faults()).toEqual([`account ${victim} entry 7 was forged: ${because}`]);
  });

  it('uses the function of the version before and is found out', async () => {
    const unproved = createDatabase({ url: test.urls.app, contextKey: contextKey(config) });
    await append(victim, 1, unproved);
    await unproved.close();
    expect(await faults()).toEqual([`account ${victim} entry 7 was forged: it has no proof`]);
  });
});

describe('an entry', () => {
  it('is proved in whatever case the ids of its context come', async () => {
    await append(victim.toUpperCase(), 1);
    expect(await faults()).toEqual([]);
  });

  it('is proved for the account in whose name a step of a transaction runs', async () => {
    const entry = { action: 'site.create', subjectType: 'site', subjectId: newId() };
    const [own = '', other = ''] = chains;
    await database.transaction({ accountId: own }, async (scope) => {
      await scope.as({ accountId: other }, (step) => appendAudit(step, entry));
      await appendAudit(scope, entry);
    });
    expect(await faults()).toEqual([]);
  });

  it('of the version before needs no proof until a day behind the first witness', async () => {
    await asAttacker('truncate platform.audit_log, platform.audit_heads, platform.audit_witnesses');
    await rm(join(dir, 'audit-witnesses'), { recursive: true });
    const before = createDatabase({ url: test.urls.app, contextKey: contextKey(config) });
    await append(victim, 2, before);
    await witnessAt(beganAt);
    await append(victim, 2, before);
    await witnessAt(beganAt + day - minute);
    expect(await faults()).toEqual([]);
    await append(victim, 2);
    await witnessAt(beganAt + day + 10 * minute);
    await append(victim, 1, before);
    await before.close();
    expect(await faults()).toEqual([`account ${victim} entry 7 was forged: it has no proof`]);
  });
});

describe('a witness', () => {
  const later = () => new Date(Date.now() + 10 * minute);

  it('is signed after so many minutes or so many entries, of what has grown, and of all chains once a day', async () => {
    let nowMs = Date.now();
    const few = { everyMs: 5 * minute, everyEntries: 3 };
    const task = createWitnessTask({ ...parts(), policy: few, now: () => new Date(nowMs) });
    const runIn = async (minutes: number) => {
      nowMs += minutes * minute;
      await task(ignore);
      return (await numbers()).at(-1);
    };
    await append(victim, 2);
    expect(await runIn(1)).toBe(2);
    await append(victim, 1);
    expect(await runIn(0)).toBe(3);
    expect(await runIn(9)).toBe(3);
    await append(victim, 1);
    expect(await runIn(1)).toBe(3);
    expect(await runIn(4)).toBe(4);
    expect(await runIn(24 * 60)).toBe(5);
    const seqs = [3, 4, 5].map(async (number) =>
      (await theWitness(number)).witness.heads.map(({ seq }) => seq),
    );
    expect(await Promise.all(seqs)).toEqual([[9], [10], expect.arrayContaining([10, 6, 6])]);
    expect(await faults()).toEqual([]);
  });

  it('is signed by whichever process comes, from what the others have signed', async () => {
    const [one, two] = [1, 2].map(() =>
      createWitnessTask({ ...parts(), policy: { everyMs: 1, everyEntries: 1 } }),
    );
    for (const [task, account = ''] of [
      [one, chains[0]],
      [two, chains[1]],
      [one, chains[0]],
      [two, chains[1]],
    ] as const) {
      await append(account, 1);
      await task?.(ignore);
    }
    const seqs = [3, 4, 5, 6].map(async (number) =>
      (await theWitness(number)).witness.heads.map(({ seq }) => seq),
    );
    expect(await Promise.all(seqs)).toEqual([[7], [7], [8], [8]]);
    expect(await faults()).toEqual([]);
  });

  it('waits for an object store that is away, and is noted by the next run where it was not', async () => {
    await append(victim, 1);
    const away = { ...store, put: () => Promise.reject(new Error('the store is away')) };
    const task = createWitnessTask({ ...parts(), store: away, now: later });
    for (const _again of [1, 2]) await expect(task(ignore)).rejects.toThrow('the store is away');
    expect(await numbers()).toEqual([1, 2]);
    await createWitnessTask({ ...parts(), now: later })(ignore);
    expect(await numbers()).toEqual([1, 2, 3]);

    await asAttacker('delete from platform.audit_witnesses where number = 3');
    await createWitnessTask({ ...parts(), now: later })(ignore);
    expect((await views().notes()).map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(await faults()).toEqual([]);
  });

  it('is never written over: those that are signed at once are all kept, and all true', async () => {
    await append(victim, 1);
    // Both have read the signed heads before either stores anything.
    const both = meeting(2);
    const put: ObjectStore['put'] = async (...asked) => {
      await both();
      return store.put(...asked);
    };
    const runAt = (moment: number) =>
      createWitnessTask({ ...parts(), store: { ...store, put }, now: () => new Date(moment) })(
        ignore,
      );
    await Promise.all([runAt(later().getTime()), runAt(later().getTime() + 1)]);
    expect(await numbers()).toEqual([1, 2, 3, 3]);
    expect(await faults()).toEqual([]);
    await append(victim, 1);
    await witnessAt(Date.now() + 20 * minute);
    expect(await numbers()).toEqual([1, 2, 3, 3, 4]);
    expect(await faults()).toEqual([]);
  });

  it('is missed when it is taken away, and another begins behind it with all chains', async () => {
    await rm(join(dir, 'audit-witnesses'), { recursive: true });
    expect(await faults()).toEqual(['witnesses 1 to 2: 2 are not in the object store']);
    await expect(witnessAt(Date.now() + 10 * minute)).rejects.toThrow(
      'witness 2 is not in the object store any more',
    );
    expect(await numbers()).toEqual([3]);
    expect((await theWitness(3)).witness.heads).toHaveLength(3);
    await asAttacker(cutTail(victim));
    expect(await faults()).toContain(
      `account ${victim} entry 4 was cut: witness 3 knows entries up to 6`,
    );
  });

  it('is missed from the midst of others', async () => {
    await append(victim, 1);
    await witnessAt(Date.now() + 10 * minute);
    await objects().forget((await theWitness(2)).name);
    expect(await faults()).toEqual([
      'witness 3: the one before it is missing',
      'witness 2: it is not in the object store',
    ]);
  });

  it('is believed only as it was signed, and in its own place', async () => {
    const { name, witness } = await theWitness(2);
    await objects().forget(name);
    const heads = witness.heads.map((head) => ({ ...head, seq: 3 }));
    await objects().keep({ ...witness, heads });
    expect(await faults()).toEqual(['witness 2: its hash does not fit its content']);
    const own = signedByAStranger({ ...witness, heads });
    await objects().forget(name);
    await objects().keep(own);
    expect(await faults()).toEqual([
      `witness 2: its key ${own.kid} is not known`,
      'witness 2: it is not in the object store',
    ]);
  });

  it('is told where it follows another than the one before it', async () => {
    const { witness } = await theWitness(2);
    const key = await parts().keys.loadOrCreate();
    await objects().keep(
      signWitness({ ...witness, number: 3, prev_hash: firstWitnessFollows }, key),
    );
    expect(await faults()).toEqual(['witness 3: it follows another witness']);
  });

  it('is no orphan to the sweep of objects', async () => {
    const rows = {
      async *inOrder() {},
      isKnown: async () => false,
      markMissing: async () => false,
    };
    const inTwoHours = () => Date.now() + 120 * minute;
    await createObjectSweep({ store, rows, reportMissing: ignore, now: inTwoHours })(ignore);
    expect(await numbers()).toEqual([1, 2]);
  });

  it('is kept for a week, with a whole one to begin with', async () => {
    const purge = createWitnessPurge({ ...parts(), now: () => new Date(Date.now() + 8 * day) });
    const removal = textQuery('delete from platform.audit_witnesses w returning w.number');
    expect(await database.statements(platform).run(removal, {})).toEqual([]);
    await asAttacker(
      "update platform.audit_witnesses set signed_at = signed_at - interval '9 days'",
    );
    await purge(ignore);
    expect(await numbers()).toEqual([2]);
    expect((await views().notes()).map(({ number }) => number)).toEqual([2]);
    expect(await faults()).toEqual([]);
  });
});
