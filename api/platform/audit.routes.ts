import type { Static } from 'typebox';
import { createAuditCheckpointViews } from '../../db/platform/audit-checkpoint.views.js';
import type { AuditKeyViews } from '../../db/platform/audit-key.views.js';
import { createAuditViews } from '../../db/platform/audit.views.js';
import type { Database } from '../../db/shared/database.js';
import type { Cursors } from '../shared/cursor.js';
import { anyone, member, route, type Route } from '../shared/route.js';
import { page, pageQuery } from '../shared/schema.js';
import { auditCheckpoint, auditEntry, auditKeys, auditQuery } from './audit.schemas.js';

export interface AuditRouteParts {
  database: Database;
  cursors: Cursors;
  auditKeys: AuditKeyViews;
}

export function createAuditRoutes({ database, cursors, auditKeys: keys }: AuditRouteParts): Route[] {
  const entries = createAuditViews(database.read);
  const checkpoints = createAuditCheckpointViews(database.read);
  const entryCursors = cursors.of('audit');
  const checkpointCursors = cursors.of('audit-checkpoints');

  return [
    route({
      method: 'get',
      path: '/v1/accounts/:account_id/audit',
      operationId: 'listAuditEntries',
      summary: 'List what was changed, by whom and from where, newest first',
      description: 'Each entry carries its hash and that of the entry before it in the chain of the account.',
      tag: 'Audit',
      access: member('OWNER', 'ADMIN'),
      query: auditQuery,
      responses: { 200: page(auditEntry) },
    }).handledBy(async ({ accountId, query }) => {
      const [before = null] = entryCursors.decode(query.cursor) ?? [];
      const { actor = null, action = null, subject_type: subjectType = null, subject_id: subjectId = null } = query;
      const filter = { principalId: actor, action, subjectType, subjectId };
      const rows = await entries.list(accountId, filter, before as number | null, query.limit + 1);
      return { status: 200, body: entryCursors.page(rows, query.limit, ({ seq }) => [seq]) };
    }),

    route({
      method: 'get',
      path: '/v1/accounts/:account_id/audit/checkpoints',
      summary: 'List the daily signatures over how far the chains had come, newest first',
      tag: 'Audit',
      access: member('OWNER', 'ADMIN'),
      query: pageQuery,
      responses: { 200: page(auditCheckpoint) },
    }).handledBy(async ({ accountId, query: { limit, cursor } }) => {
      const [before = null] = checkpointCursors.decode(cursor) ?? [];
      const rows = await checkpoints.ofAccount(accountId, before as number | null, limit + 1);
      return { status: 200, body: checkpointCursors.page(rows, limit, ({ number }) => [number]) };
    }),

    route({
      method: 'get',
      path: '/v1/audit/keys',
      summary: 'The public keys that checkpoints and exports are signed with',
      tag: 'Audit',
      access: anyone(),
      responses: { 200: auditKeys },
    }).handledBy(async () => ({
      status: 200,
      body: { keys: (await keys.publicKeys()) as Static<typeof auditKeys>['keys'] },
      headers: { 'Cache-Control': 'public, max-age=600' },
    })),
  ];
}
