import { Type } from 'typebox';
import { eventViews } from '../../db/platform/delivery/event.views.js';
import type { Database } from '../../db/connection/database.js';
import type { Cursors } from '../shared/cursor.js';
import { platformStaff, route, type Route } from '../route/route.js';
import {
  component,
  namedAccount,
  nullable,
  closedObject,
  page,
  timestamp,
  uuid,
} from '../route/schema.js';
import { troubles, type WorkflowDiagnostics } from '../shared/workflow-diagnostics.js';
import { event, eventFilter, eventQuery } from './event.schemas.js';

export interface DiagnosticsRouteParts {
  database: Pick<Database, 'reads'>;
  cursors: Cursors;
  workflowDiagnostics: WorkflowDiagnostics;
}

const tag = 'Oversight';
const eventsQuery = closedObject({
  ...eventQuery.properties,
  account_id: namedAccount(),
});
const mostWorkflows = 100;
const troubledWorkflow = component(
  'TroubledWorkflow',
  closedObject({
    workflow_id: Type.String({ examples: ['order/0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f'] }),
    workflow_type: Type.String({ examples: ['orderWorkflow'] }),
    account_id: nullable(uuid),
    started_at: timestamp,
    trouble: Type.Enum([...troubles], {
      description:
        'How it has ended; or of one under way that its code fails, or that it waits until what failed is tried again',
    }),
    waits_for: nullable(
      Type.String({
        description: 'What failed and when it is tried again, of one that waits',
        examples: [
          'Waits for its row Placing: postgres is away (ECONNREFUSED); tried again at 2026-11-30T12:00:00.000Z.',
        ],
      }),
    ),
  }),
);

/**
 * Views for a platform admin when something is wrong; each look at an account's data is recorded in
 * the audit log.
 */
export function createDiagnosticsRoutes({
  database,
  cursors: allCursors,
  workflowDiagnostics,
}: DiagnosticsRouteParts): Route[] {
  const cursors = allCursors.of('diagnostics/events');

  const overseeEvents = route({
    method: 'get',
    path: '/v1/internal/diagnostics/events',
    summary: 'List what has happened to no account, or to the one that is named, newest first',
    tag,
    access: platformStaff(),
    audit: { action: 'event.oversee', subject: 'account', id: null },
    query: eventsQuery,
    responses: { 200: page(event) },
  }).handledBy(async ({ scope, query: { limit, cursor, account_id: accountId, ...filter } }) => {
    const [before = null] = cursors.decode(cursor) ?? [];
    const account = accountId === undefined ? scope : database.reads({ accountId });
    const rows = await eventViews(account).page(
      eventFilter(filter),
      before as number | null,
      limit + 1,
    );
    const { items, next_cursor } = cursors.page(rows, limit, ({ position }) => [position]);
    return { status: 200, body: { items: items.map((row) => row.event), next_cursor } };
  });

  const overseeWorkflows = route({
    method: 'get',
    path: '/v1/internal/diagnostics/workflows',
    summary: 'List workflows that fail or wait until something is back, newest first',
    description:
      'Those that have ended so in the last three days; those under way whose code fails, where the server tells that; and of those ' +
      'that their rows say are late, and of orders without a row, some two dozen of each kind, the ones that wait.',
    tag,
    access: platformStaff(),
    audit: { action: 'workflow.oversee', subject: 'workflow', id: null },
    responses: {
      200: closedObject({ items: Type.Array(troubledWorkflow, { maxItems: mostWorkflows }) }),
    },
  }).handledBy(async () => ({
    status: 200,
    body: { items: await workflowDiagnostics.troubled(mostWorkflows) },
  }));

  return [overseeEvents, overseeWorkflows];
}
