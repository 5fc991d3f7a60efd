import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createAuditExportPurge } from '../../../workers/platform/audit-export-purge.task.js';
import { createLocalObjectStore } from '../../../activities/shared/local-object-store.js';
import { keyOfObject, type ObjectStore } from '../../../activities/shared/object-store.js';
import { createObjects } from '../../../activities/shared/objects.js';
import { auditExportStore } from '../../../db/platform/audit/audit-export.store.js';
import { auditExportRecords } from '../../../db/platform/audit/audit-export.records.js';
import { auditExportViews } from '../../../db/platform/audit/audit-export.views.js';
import { newId } from '../../../db/shared/id.js';
import type { AuditExportInput } from '../../../workflows/platform/audit-export.contract.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';

let test: TestDatabase;
let dir: string;
let store: ObjectStore;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(async () => {
  await test.admin.query('truncate platform.audit_exports, platform.objects');
  dir = await mkdtemp(join(tmpdir(), 'millrace-purge-'));
  store = createLocalObjectStore({ dir });
});
afterEach(() => rm(dir, { recursive: true }));
afterAll(() => test.drop());

const requestExport = (accountId: string): Promise<string> =>
  test.database.transaction({ accountId, principalId: newId() }, (scope) =>
    auditExportRecords(scope).request(),
  );
const objectsIn = (of: ObjectStore) => createObjects({ store: of, database: test.database });
const runIn = (of: ObjectStore) =>
  createAuditExportPurge({ database: test.database, objects: objectsIn(of) })(() => undefined);
const shown = ({ accountId, exportId }: AuditExportInput) =>
  auditExportViews(test.database.reads({ accountId })).byId(exportId);
const listed = ({ accountId }: AuditExportInput) =>
  auditExportViews(test.database.reads({ accountId })).page(null, 50);

/** A written export, or an export that failed with one file written. */
async function written({ isDone = true, accountId = newId() } = {}): Promise<
  AuditExportInput & { keys: string[] }
> {
  const of = {
    accountId,
    exportId: await requestExport(accountId),
  };
  const exports = auditExportStore(test.database.statements({ accountId }));
  const { entriesObjectId, manifestObjectId, signatureObjectId } = await exports.begin(of.exportId);
  const ids = isDone ? [entriesObjectId, manifestObjectId, signatureObjectId] : [entriesObjectId];
  for (const objectId of ids)
    await objectsIn(store).keep(
      accountId,
      { objectId, kind: 'audit-export', mediaType: 'text/plain', maxBytes: 100 },
      Readable.from([Buffer.from(objectId)]),
    );
  await (isDone ? exports.finish(of.exportId) : exports.fail(of.exportId));
  return { ...of, keys: ids.map((objectId) => keyOfObject(accountId, objectId)) };
}
const endedAgo = (of: AuditExportInput, ago: string) =>
  test.admin.query(
    'update platform.audit_exports set finished_at = now() - $2::interval where export_id = $1',
    [of.exportId, ago],
  );

/** The remainders by keeper: rows of exports, rows of objects, bytes. */
async function left() {
  const { rows: exports } = await test.admin.query<{ id: string }>(
    'select export_id as id from platform.audit_exports order by 1',
  );
  const { rows: objects } = await test.admin.query<{ key: string }>(
    'select object_key as key from platform.objects',
  );
  const bytes: string[] = [];
  for await (const { key } of store.list('')) bytes.push(key);
  return {
    exports: exports.map(({ id }) => id),
    objects: objects.map(({ key }) => key).sort(),
    bytes: bytes.sort(),
  };
}
const nothing = { exports: [], objects: [], bytes: [] };

describe('an export of the audit log', () => {
  it('is kept for 30 days from its end, whichever that was, and then gone with its files', async () => {
    const young = await written();
    const old = await written();
    const failed = await written({ isDone: false });
    const running = { accountId: newId(), exportId: '' };
    running.exportId = await requestExport(running.accountId);
    await test.admin.query(
      "update platform.audit_exports set requested_at = now() - interval '1 year'",
    );
    await endedAgo(young, '29 days 23 hours');
    await endedAgo(old, '30 days');
    await endedAgo(failed, '31 days');

    await runIn(store);
    const keys = [...young.keys].sort();
    expect(await left()).toEqual({
      exports: [young.exportId, running.exportId].sort(),
      objects: keys,
      bytes: keys,
    });
    expect(await shown(young)).toMatchObject({ status: 'DONE', expires_at: expect.any(String) });
    const { finished_at: end, expires_at: expiry } = (await shown(young)) ?? {};
    expect(Date.parse(expiry ?? '') - Date.parse(end ?? '')).toBe(30 * 86_400_000);
  });

  it('is shown no longer than it is kept, also where nobody has removed it', async () => {
    const accountId = newId();
    const [old, young] = [await written({ accountId }), await written({ accountId })];
    await endedAgo(old, '30 days');
    expect(await shown(old)).toBeUndefined();
    expect(await listed(old)).toEqual([expect.objectContaining({ export_id: young.exportId })]);
  });

  it.each([0, 1, 2])(
    'is removed by the next run where one was cut off between row and bytes of file %s',
    async (nth) => {
      const [first, second] = [await written(), await written()];
      for (const each of [first, second]) await endedAgo(each, '40 days');
      let deletions = 0;
      const dying: ObjectStore = {
        ...store,
        delete: (key) =>
          deletions++ === nth ? Promise.reject(new Error('cut off')) : store.delete(key),
      };
      await expect(runIn(dying)).rejects.toThrow('cut off');
      // The row that names the files is there for as long as any file is.
      expect((await left()).exports).toHaveLength(2);
      await runIn(store);
      expect(await left()).toEqual(nothing);
    },
  );

  it('is removed of as many accounts as there are', async () => {
    await test.admin.query(
      `insert into platform.audit_exports (account_id, export_id, status, finished_at)
       select gen_random_uuid(), gen_random_uuid(), 'FAILED', now() - interval '31 days' from generate_series(1, 60)`,
    );
    await runIn(store);
    expect(await left()).toEqual(nothing);
  });
});
