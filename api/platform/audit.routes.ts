import type { Static } from 'typebox';
import { accountCheckpointViews } from '../../db/platform/audit/audit-checkpoint.views.js';
import { auditKeyViews } from '../../db/platform/audit/audit-key.views.js';
import { auditViews, type AuditFilter } from '../../db/platform/audit/audit.views.js';
import type { Cursors } from '../shared/cursor.js';
import { anyone, member, route, type Route } from '../route/route.js';
import { page, pageQuery } from '../route/schema.js';
import { auditCheckpoint, auditEntry, auditKeys, auditQuery } from './audit.schemas.js';

export interface AuditRouteParts {
  cursors: Cursors;
}

const tag = 'Audit';
const access = member('OWNER', 'ADMIN');

export function createAuditRoutes({ cursors }: AuditRouteParts): Route[] {
  const entryCursors = cursors.of('audit');
  const checkpointCursors = cursors.of('audit-checkpoints');

  const listEntries = route({
    method: 'get',
    path: '/v1/accounts/:account_id/audit',
    operationId: 'listAuditEntries',
    summary: 'List what was changed, by whom and from where, newest first',
    description:
      'Each entry carries its hash and that of the entry before it in the chain of the account.',
    tag,
    access,
    query: auditQuery,
    responses: { 200: page(auditEntry) },
  }).handledBy(async ({ scope, query }) => {
    const readPage = (before: number | null, count: number) =>
      auditViews(scope).list(filterOf(query), before, count);
    return { status: 200, body: await entryCursors.list(query, readPage, ({ seq }) => seq) };
  });

  const listCheckpoints = route({
    method: 'get',
    path: '/v1/accounts/:account_id/audit/checkpoints',
    summary: 'List the daily signatures over how far the chains had come, newest first',
    tag,
    access,
    query: pageQuery,
    responses: { 200: page(auditCheckpoint) },
  }).handledBy(async ({ scope, query }) => ({
    status: 200,
    body: await checkpointCursors.list(
      query,
      accountCheckpointViews(scope).page,
      ({ number }) => number,
    ),
  }));

  const listKeys = route({
    method: 'get',
    path: '/v1/audit/keys',
    summary: 'The public keys that checkpoints and exports are signed with',
    tag,
    access: anyone(),
    responses: { 200: auditKeys },
  }).handledBy(async ({ scope }) => {
    const keys = await auditKeyViews(scope).publicKeys();
    return {
      status: 200,
      body: { keys: keys as Static<typeof auditKeys>['keys'] },
      headers: { 'Cache-Control': 'public, max-age=600' },
    };
  });

  return [listEntries, listCheckpoints, listKeys];
}

const filterOf = (query: Static<typeof auditQuery>): AuditFilter => ({
  principalId: query.actor ?? null,
  action: query.action ?? null,
  subjectType: query.subject_type ?? null,
  subjectId: query.subject_id ?? null,
});
