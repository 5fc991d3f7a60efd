import type { Static } from 'typebox';
import { createAuditExportRecords } from '../../db/platform/audit-export.records.js';
import { createAuditExportViews, type AuditExport } from '../../db/platform/audit-export.views.js';
import type { Database } from '../../db/shared/database.js';
import { auditExportFiles, type AuditExportFile } from '../../workflows/platform/audit-export.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import type { Cursors } from '../shared/cursor.js';
import { media, member, route, type Route } from '../shared/route.js';
import { object, page, pageQuery, uuid } from '../shared/schema.js';
import { auditExport, exportFileName, requestedExport } from './audit-export.schemas.js';

export interface AuditExportRouteParts {
  database: Database;
  cursors: Cursors;
  /** The account's objects; undefined for one that is not there. */
  objects: {
    open(
      accountId: string,
      objectId: string,
    ): Promise<{ object: { sizeBytes: number }; body: NodeJS.ReadableStream } | undefined>;
    /** Throws where there is no room for more. */
    assertRoom(): Promise<void>;
  };
}

const tag = 'Audit';
const access = member('OWNER', 'ADMIN');

export function createAuditExportRoutes({ database, cursors: allCursors, objects }: AuditExportRouteParts): Route[] {
  const records = createAuditExportRecords({ database });
  const views = createAuditExportViews(database.read);
  const cursors = allCursors.of('audit-exports');

  async function found(accountId: string, exportId: string): Promise<AuditExport> {
    const row = await views.find(accountId, exportId);
    if (!row) throw failure('RESOURCE_NOT_FOUND');
    return row;
  }

  return [
    route({
      method: 'post',
      path: '/v1/accounts/:account_id/audit/exports',
      summary: 'Have the audit log copied and signed',
      description: 'While an export of the account is on its way, the answer names that one.',
      ...{ tag, access },
      audit: { action: 'audit-export.request', subject: 'export' },
      responses: { 202: requestedExport },
    }).handledBy(async ({ accountId, caller }) => {
      await objects.assertRoom();
      const exportId = await records.request(accountId, caller.principalId);
      return {
        status: 202,
        body: { export_id: exportId },
        headers: { Location: pathOf(accountId, exportId) },
      };
    }),

    route({
      method: 'get',
      path: '/v1/accounts/:account_id/audit/exports',
      summary: 'List exports of the audit log, newest first',
      ...{ tag, access },
      query: pageQuery,
      responses: { 200: page(auditExport) },
    }).handledBy(async ({ accountId, query: { limit, cursor } }) => {
      const [before = null] = cursors.decode(cursor) ?? [];
      const rows = await views.list(accountId, before as string | null, limit + 1);
      const { items, next_cursor } = cursors.page(rows, limit, ({ export_id }) => [export_id]);
      return { status: 200, body: { items: items.map((row) => shown(accountId, row)), next_cursor } };
    }),

    route({
      method: 'get',
      path: '/v1/accounts/:account_id/audit/exports/:export_id',
      summary: 'How far an export has come, and where its files are once it is done',
      ...{ tag, access },
      responses: { 200: auditExport },
      errors: ['RESOURCE_NOT_FOUND'],
    }).handledBy(async ({ accountId, params: { export_id: exportId } }) => ({
      status: 200,
      body: shown(accountId, await found(accountId, exportId)),
    })),

    route({
      method: 'get',
      path: '/v1/accounts/:account_id/audit/exports/:export_id/files/:file_name',
      summary: 'Download a file of an export that is done',
      ...{ tag, access },
      params: object({ account_id: uuid, export_id: uuid, file_name: exportFileName }),
      responses: { 200: media('application/octet-stream') },
      errors: ['RESOURCE_NOT_FOUND'],
    }).handledBy(async ({ accountId, params: { export_id: exportId, file_name: name } }) => {
      const row = await found(accountId, exportId);
      const opened =
        row.status === 'DONE' ? await objects.open(accountId, row.objects[name as AuditExportFile]) : undefined;
      if (!opened) throw failure('RESOURCE_NOT_FOUND');
      return {
        status: 200,
        body: opened.body,
        headers: {
          'Content-Disposition': `attachment; filename="${name}"`,
          'Content-Length': String(opened.object.sizeBytes),
        },
      };
    }),
  ];
}

/** As it leaves; its files by where they are downloaded. */
function shown(accountId: string, { objects: _objects, done, total, ...row }: AuditExport): Static<typeof auditExport> {
  const names = row.status === 'DONE' ? auditExportFiles : [];
  const files = names.map((name) => ({ name, href: `${pathOf(accountId, row.export_id)}/files/${name}` }));
  return { ...row, progress: { done, total, unit: 'entries' }, files };
}
const pathOf = (accountId: string, exportId: string): string => `/v1/accounts/${accountId}/audit/exports/${exportId}`;
