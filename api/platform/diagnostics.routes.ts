import { Type } from 'typebox';
import { createEventViews } from '../../db/platform/event.views.js';
import type { Database } from '../../db/shared/database.js';
import type { Cursors } from '../shared/cursor.js';
import { platformAdmin, route, type Route } from '../shared/route.js';
import { component, namedAccount, nullable, object, page, timestamp, uuid } from '../shared/schema.js';
import { troubles, type WorkflowDiagnostics } from '../shared/workflow-diagnostics.js';
import { event, eventQuery } from './event.schemas.js';

export interface DiagnosticsRouteParts {
  database: Database;
  cursors: Cursors;
  workflowDiagnostics: WorkflowDiagnostics;
}

const tag = 'Oversight';
const eventsQuery = object({
  ...eventQuery.properties,
  account_id: namedAccount(),
});
const mostWorkflows = 100;
const troubledWorkflow = component(
  'TroubledWorkflow',
  object({
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

/** What the platform looks at when something is wrong; each look at others' is written down. */
export function createDiagnosticsRoutes(parts: DiagnosticsRouteParts): Route[] {
  const views = createEventViews(parts.database.read);
  const cursors = parts.cursors.of('diagnostics/events');

  return [
    route({
      method: 'get',
      path: '/v1/internal/diagnostics/events',
      summary: 'List what has happened to no account, or to the one that is named, newest first',
      tag,
      access: platformAdmin(),
      audit: { action: 'event.oversee', subject: 'account', id: null },
      query: eventsQuery,
      responses: { 200: page(event) },
    }).handledBy(async ({ query: { limit, cursor, account_id, event_type, subject_type, subject_id } }) => {
      const [before = null] = cursors.decode(cursor) ?? [];
      const filter = {
        eventType: event_type ?? null,
        subjectType: subject_type ?? null,
        subjectId: subject_id ?? null,
      };
      const rows = await views.page(account_id ?? null, filter, before as number | null, limit + 1);
      const { items, next_cursor } = cursors.page(rows, limit, ({ position }) => [position]);
      return { status: 200, body: { items: items.map((row) => row.event), next_cursor } };
    }),

    route({
      method: 'get',
      path: '/v1/internal/diagnostics/workflows',
      summary: 'List workflows that fail or wait until something is back, newest first',
      description:
        'Those that have ended so in the last three days; those under way whose code fails, where the server tells that; and of those ' +
        'that their rows say are late, and of orders without a row, some two dozen of each kind, the ones that wait.',
      tag,
      access: platformAdmin(),
      audit: { action: 'workflow.oversee', subject: 'workflow', id: null },
      responses: { 200: object({ items: Type.Array(troubledWorkflow, { maxItems: mostWorkflows }) }) },
    }).handledBy(async () => ({
      status: 200,
      body: { items: await parts.workflowDiagnostics.troubled(mostWorkflows) },
    })),
  ];
}
