import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { definedQueries, type Query } from '../../../db/connection/query.js';

const db = fileURLToPath(new URL('../../../db', import.meta.url));

/** Loads every module of `db/`, and answers the declared queries. */
export async function allQueries(): Promise<readonly Query<never, unknown>[]> {
  const files = readdirSync(db, { recursive: true, encoding: 'utf8' }).filter(
    (name) =>
      name.endsWith('.ts') &&
      !name.endsWith('.d.ts') &&
      !/^(migrations|embedded|setup)\//.test(name),
  );
  for (const file of files) await import(join(db, file));
  return definedQueries().filter(({ name }) => !name.startsWith('test.'));
}
