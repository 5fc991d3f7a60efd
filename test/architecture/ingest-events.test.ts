import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRolePool } from '../../db/connection/database.js';
import { eventCatalogue } from '../../workers/domains.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { aDevice, type TestDevice } from '../support/devices/device.js';

const db = fileURLToPath(new URL('../../db', import.meta.url));
const isIngests = /\bas millrace_ingest\b/i;

let test: TestDatabase;
let device: TestDevice;
beforeAll(async () => {
  test = await createTestDatabase();
  device = await aDevice(test);
});
afterAll(() => test.drop());

/** The types of the event definitions that a file imports by name. */
async function typesImportedBy(file: string): Promise<string[]> {
  const types: string[] = [];
  for (const [, names = '', from = ''] of readFileSync(file, 'utf8').matchAll(
    /^import \{([^}]*)\} from '(\.[^']*\.events)\.js'/gms,
  )) {
    const events = (await import(join(dirname(file), `${from}.ts`))) as Record<
      string,
      { type: string }
    >;
    for (const name of names.split(',').map((each) => each.trim()))
      if (name !== '' && !name.startsWith('type '))
        types.push(events[name]?.type ?? `no event ${name}`);
  }
  return types;
}

/** The files of db/ working as millrace_ingest, with all imports. */
function filesOfIngest(): string[] {
  const all = readdirSync(db, { recursive: true }).map((name) => join(db, String(name)));
  const found = all.filter(
    (file) => file.endsWith('.store.ts') && isIngests.test(readFileSync(file, 'utf8')),
  );
  for (const file of found)
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(
      /^import (?!type)[^;]*? from '(\.[^']+)\.js'/gm,
    )) {
      const imported = join(dirname(file), `${name}.ts`);
      if (imported.startsWith(db) && existsSync(imported) && !found.includes(imported))
        found.push(imported);
    }
  return found;
}

const emission = `select platform.emit_events($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::int[], $7::text[],
  $8::text[], $9::timestamptz[], $10::uuid[], $11::uuid[], $12::jsonb[], null)`;

/** Of an existing subject, for the subject's account. */
async function takenByTheDatabase(): Promise<string[]> {
  const pool = createRolePool(test.urls.ingest, { max: 1 });
  const subjects: Record<string, string> = {
    device: device.deviceId,
    reservoir: device.reservoirId,
  };
  const taken: string[] = [];
  for (const { type, version, topic, subjectType, example } of eventCatalogue) {
    const subjectId = subjects[subjectType] ?? randomUUID();
    const values = [
      [randomUUID()],
      [device.accountId],
      [null],
      [topic],
      [type],
      [version],
      [subjectType],
      [subjectId],
    ];
    const rest = [[null], [null], [null], [JSON.stringify(example)]];
    try {
      await pool.query(emission, [...values, ...rest]);
      taken.push(type);
    } catch (error) {
      expect([type, (error as { code?: string }).code]).toEqual([type, '42501']);
    }
  }
  await pool.end();
  return [...new Set(taken)].sort();
}

describe('what telemetry tells', () => {
  it('is what the database lets its role tell, and nothing else is', async () => {
    const files = filesOfIngest();
    const told = new Set((await Promise.all(files.map(typesImportedBy))).flat());
    expect(told.size).toBeGreaterThan(6);
    expect(await takenByTheDatabase()).toEqual([...told].sort());
  });

  it('is found by what the code says of itself: each file that ingest’s database is handed to', () => {
    const names = filesOfIngest().map((file) => file.slice(db.length + 1));
    expect(names).toEqual(
      expect.arrayContaining([
        'devices/telemetry.store.ts',
        'devices/telemetry-drop.store.ts',
        'devices/device.store.ts',
      ]),
    );
  });
});
