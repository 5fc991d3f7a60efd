import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { integer, uuid } from '../../../db/connection/column.js';
import { query } from '../../../db/connection/query.js';
import { newId } from '../../../db/shared/id.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';

const [own, foreign] = [newId(), newId()];
const addition = query({
  name: 'test.add_tree',
  parameters: { accountId: uuid, height: integer },
  text: 'insert into water.trees (account_id, height) values (:accountId, :height)',
});
const heights = query({
  name: 'test.heights',
  row: { height: integer },
  text: 'select t.height from water.trees t order by t.height',
});

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  await test.admin.query('create table water.trees (account_id uuid not null, height integer)');
  await test.admin.query('alter table water.trees owner to millrace_owner');
  await test.admin.query("select platform.tenant_table('water.trees', array['select', 'insert'])");
});
afterAll(async () => test.drop());

describe('a table of accounts', () => {
  it('shows an account its own rows, and takes none of another', async () => {
    const add = (accountId: string, writer: string, height: number) =>
      test.database.statements({ accountId: writer }).run(addition, { accountId, height });
    await add(own, own, 1);
    await add(foreign, foreign, 2);
    await expect(add(foreign, own, 3)).rejects.toThrow('row-level security');
    expect(await test.database.reads({ accountId: own }).read(heights, {})).toEqual([
      { height: 1 },
    ]);
  });

  it('binds its owner as well, and is open to the application as far as it was said', async () => {
    const { rows } = await test.admin.query(
      `select relforcerowsecurity as forced, has_table_privilege('millrace_app', oid, 'insert') as inserted,
         has_table_privilege('millrace_app', oid, 'delete') as deleted from pg_class where oid = 'water.trees'::regclass`,
    );
    expect(rows).toEqual([{ forced: true, inserted: true, deleted: false }]);
  });

  it('cannot be given what no application needs', async () => {
    const truncating = test.admin.query(
      "select platform.tenant_table('water.trees', array['truncate'])",
    );
    await expect(truncating).rejects.toThrow('nothing else');
  });
});
