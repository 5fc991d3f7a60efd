import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { columnName, text, uuid, type Columns } from '../../db/connection/column.js';
import { query, type Declaration, type Query } from '../../db/connection/query.js';
import type pg from 'pg';
import type { Connection, Submittable } from 'pg';
import { allQueries } from '../support/servers/all-queries.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';

let test: TestDatabase;
let client: pg.PoolClient;
let queries: readonly Query<never, unknown>[];
beforeAll(async () => {
  test = await createTestDatabase();
  client = await test.admin.connect();
  queries = await allQueries();
});
afterAll(async () => {
  client.release();
  await test.drop();
});

describe('every query', () => {
  it('takes and answers on the migrated schema what it declares', async () => {
    expect(queries.length).toBeGreaterThan(3);
    const wrong: string[] = [];
    for (const each of queries) wrong.push(...(await faultsOf(each)));
    expect(wrong).toEqual([]);
  });
});

describe('the check of queries', () => {
  const site = { accountId: uuid, siteId: uuid };
  let count = 0;
  const check = (definition: Omit<Declaration, 'name'>) => {
    count += 1;
    return faultsOf(query({ name: `test.${count}`, ...definition }));
  };

  it('finds a column that is answered and not declared, and one that is declared and not answered', async () => {
    const faults = await check({
      parameters: site,
      row: { siteId: uuid, title: text },
      text: 'select s.site_id, s.name from water.sites s where s.account_id = :accountId and s.site_id = :siteId',
    });
    expect(faults).toEqual([
      expect.stringContaining('does not declare the column name'),
      expect.stringContaining('does not answer title'),
    ]);
  });

  it('finds a column of another type', async () => {
    const faults = await check({
      parameters: {},
      row: { version: text },
      text: 'select s.version from water.sites s',
    });
    expect(faults).toEqual([expect.stringContaining('version')]);
  });

  it('finds what does not run on the schema', async () => {
    const faults = await check({
      parameters: {},
      row: {},
      text: 'select s.nothing from water.sites s',
    });
    expect(faults).toEqual([expect.stringContaining('does not exist')]);
  });

  it('refuses a parameter that is not declared, and one that is not in the text', () => {
    expect(() => query({ name: 'test.undeclared', text: 'select :missing' })).toThrow('missing');
    expect(() =>
      query({ name: 'test.unused', parameters: { unused: uuid }, text: 'select 1' }),
    ).toThrow('unused');
  });

  it('takes no cast and no quoted text for a parameter', () => {
    const { text: written } = query({
      name: 'test.quoted',
      parameters: { at: text },
      text: "select :at::date, 'a:at', to_char(now(), 'HH24:mi') || ':at'",
    });
    expect(written).toBe("select $1::date, 'a:at', to_char(now(), 'HH24:mi') || ':at'");
  });

  it('refuses a name that another query has', () => {
    query({ name: 'test.twice', text: 'select 1' });
    expect(() => query({ name: 'test.twice', text: 'select 2' })).toThrow('test.twice');
  });
});

/** PostgreSQL's objections to a query, beside the query's own declaration. */
async function faultsOf(asked: Query<never, unknown>): Promise<string[]> {
  const { name, row } = asked.declared;
  try {
    return compare(name, row, await description(asked));
  } catch (error) {
    return [`${name}: ${(error as Error).message}`];
  }
}

interface Field {
  name: string;
  dataTypeID: number;
}

/**
 * Has a text parsed with the declared types of the parameters, and answers the columns; nothing is
 * run.
 */
function description({
  text: written,
  parameterTypes = [],
}: Query<never, unknown>): Promise<readonly Field[]> {
  return new Promise((resolve, reject) => {
    let fields: readonly Field[] = [];
    const types = [...parameterTypes] as unknown as string[];
    const asked: Submittable & Record<string, unknown> = {
      submit(connection: Connection) {
        connection.parse({ name: '', text: written, types }, true);
        connection.describe({ type: 'S', name: '' }, true);
        connection.sync();
      },
      handleRowDescription: (message: { fields: readonly Field[] }) => (fields = message.fields),
      handleError: reject,
      handleReadyForQuery: () => resolve(fields),
    };
    client.query(asked);
  });
}

/**
 * Types with values that arrive alike: text and names, json and jsonb, and the sizes of numbers
 * exact in code.
 */
const alike: readonly (readonly number[])[] = [
  [25, 19, 1043, 18],
  [114, 3802],
  [21, 23],
  [700, 701],
];
const areAlike = (a: number, b: number): boolean =>
  a === b || alike.some((types) => types.includes(a) && types.includes(b));

function compare(name: string, row: Columns, answered: readonly Field[]): string[] {
  const declared = new Map(Object.entries(row).map(([field, { oid }]) => [columnName(field), oid]));
  const undeclared = answered.filter((field) => !declared.has(field.name));
  const missing = [...declared.keys()].filter(
    (column) => !answered.some((field) => field.name === column),
  );
  const different = answered.filter((field) => {
    const oid = declared.get(field.name);
    return oid !== undefined && !areAlike(oid, field.dataTypeID);
  });
  return [
    ...undeclared.map(
      (field) => `${name} does not declare the column ${field.name} (type ${field.dataTypeID})`,
    ),
    ...missing.map((column) => `${name} does not answer ${column}`),
    ...different.map(
      (field) =>
        `${name}: ${field.name} is of type ${field.dataTypeID}, and declared as ${declared.get(field.name)}`,
    ),
  ];
}
