import type { Static } from 'typebox';
import { auditExportRecords } from '../../db/platform/audit/audit-export.records.js';
import { auditExportViews, type AuditExport } from '../../db/platform/audit/audit-export.views.js';
import type { ReadScope } from '../../db/connection/database.js';
import {
  auditExportFiles,
  type AuditExportFile,
} from '../../workflows/platform/audit-export.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import type { Cursors } from '../shared/cursor.js';
import { media, member, route, type Route } from '../route/route.js';
import { closedObject, page, pageQuery, uuid } from '../route/schema.js';
import { auditExport, exportFileName, requestedExport } from './audit-export.schemas.js';

export interface AuditExportRouteParts {
  cursors: Cursors;
  /** The account's object; undefined for a missing object. */
  objects: {
    open(
      accountId: string,
      objectId: string,
    ): Promise<{ object: { sizeBytes: number }; body: NodeJS.ReadableStream } | undefined>;
    /** Throws when the object store has no room for another object. */
    assertRoom(): Promise<void>;
  };
}

const tag = 'Audit';
const access = member('OWNER', 'ADMIN');

export function createAuditExportRoutes({
  cursors: allCursors,
  objects,
}: AuditExportRouteParts): Route[] {
  const cursors = allCursors.of('audit-exports');

  const requestExport = route({
    method: 'post',
    path: '/v1/accounts/:account_id/audit/exports',
    summary: 'Have the audit log copied and signed',
    description: 'While an export of the account is on its way, the answer names that one.',
    tag,
    access,
    audit: { action: 'audit-export.request', subject: 'export' },
    responses: { 202: requestedExport },
  }).handledBy(async ({ scope, accountId }) => {
    await objects.assertRoom();
    const exportId = await auditExportRecords(scope).request();
    return {
      status: 202,
      body: { export_id: exportId },
      headers: { Location: pathOf(accountId, exportId) },
    };
  });

  const listExports = route({
    method: 'get',
    path: '/v1/accounts/:account_id/audit/exports',
    summary: 'List exports of the audit log, newest first',
    tag,
    access,
    query: pageQuery,
    responses: { 200: page(auditExport) },
  }).handledBy(async ({ scope, accountId, query }) => {
    const { items, next_cursor } = await cursors.list(
      query,
      auditExportViews(scope).page,
      ({ export_id }) => export_id,
    );
    return {
      status: 200,
      body: { items: items.map((row) => exportBody(accountId, row)), next_cursor },
    };
  });

  const readExport = route({
    method: 'get',
    path: '/v1/accounts/:account_id/audit/exports/:export_id',
    summary: 'How far an export has come, and where its files are once it is done',
    tag,
    access,
    responses: { 200: auditExport },
    errors: ['RESOURCE_NOT_FOUND'],
  }).handledBy(async ({ scope, accountId, params: { export_id: exportId } }) => ({
    status: 200,
    body: exportBody(accountId, await findExport(scope, exportId)),
  }));

  const downloadFile = route({
    method: 'get',
    path: '/v1/accounts/:account_id/audit/exports/:export_id/files/:file_name',
    summary: 'Download a file of an export that is done',
    tag,
    access,
    params: closedObject({ account_id: uuid, export_id: uuid, file_name: exportFileName }),
    responses: { 200: media('application/octet-stream') },
    errors: ['RESOURCE_NOT_FOUND'],
  }).handledBy(async ({ scope, accountId, params: { export_id: exportId, file_name: name } }) => {
    const row = await findExport(scope, exportId);
    const opened =
      row.status === 'DONE'
        ? await objects.open(accountId, row.objects[name as AuditExportFile])
        : undefined;
    if (!opened) throw failure('RESOURCE_NOT_FOUND');
    return {
      status: 200,
      body: opened.body,
      headers: {
        'Content-Disposition': `attachment; filename="${name}"`,
        'Content-Length': String(opened.object.sizeBytes),
      },
    };
  });

  return [requestExport, listExports, readExport, downloadFile];
}

async function findExport(scope: ReadScope, exportId: string): Promise<AuditExport> {
  const row = await auditExportViews(scope).byId(exportId);
  if (!row) throw failure('RESOURCE_NOT_FOUND');
  return row;
}

/** The export as answered, with a download address for each file. */
function exportBody(
  accountId: string,
  { objects: _objects, done, total, ...row }: AuditExport,
): Static<typeof auditExport> {
  const names = row.status === 'DONE' ? auditExportFiles : [];
  const files = names.map((name) => ({
    name,
    href: `${pathOf(accountId, row.export_id)}/files/${name}`,
  }));
  return { ...row, progress: { done, total, unit: 'entries' }, files };
}
const pathOf = (accountId: string, exportId: string): string =>
  `/v1/accounts/${accountId}/audit/exports/${exportId}`;
