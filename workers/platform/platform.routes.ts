import { createPlatformRoutes } from '../../api/platform/index.js';
import { createWorkflowDiagnostics } from '../../api/shared/workflow-diagnostics.js';
import { webhookRecords } from '../../db/platform/webhook/webhook.records.js';
import { openLateWorkflows } from '../api/late-workflows.js';
import { timetableOf } from '../shared/timetable.js';
import { assertObjectRoom, openObjects } from '../process/object-store.js';
import { openWebhooks } from '../relay/webhooks.js';
import type { DomainRoutes, RouteParts } from '../shared/domain.js';

export async function openPlatformRoutes(parts: RouteParts): Promise<DomainRoutes> {
  const { resources, domains, catalogue, authentication, workflows, schedules, streams, cursors } =
    parts;
  const { config, database, temporal } = resources;
  const webhooks = openWebhooks(config, database);
  const lateWorkflows = await openLateWorkflows(domains, { resources, workflows });
  const routes = createPlatformRoutes({
    database,
    streams,
    authenticator: authentication.authenticator,
    catalogue,
    version: parts.version,
    publicUrl: config.publicUrl,
    mqttPort: config.MQTT_PORT,
    timetable: timetableOf(domains),
    schedules,
    cursors,
    records: (scope) => webhookRecords(scope, webhooks),
    eventTypes: [...new Set(catalogue.map(({ type }) => type))],
    refusalOfUrl: webhooks.outbound.refusal,
    privateAllowedBy: config.isProduction ? undefined : 'WEBHOOK_ALLOW_PRIVATE=true',
    ping: async (accountId, webhookId, requestId) => {
      const endpoint = await webhooks.endpoints.find(accountId, webhookId);
      return endpoint && webhooks.activities.ping(endpoint, requestId);
    },
    workflowDiagnostics: createWorkflowDiagnostics(temporal.client, lateWorkflows),
    objects: {
      open: openObjects(resources).open,
      assertRoom: () => assertObjectRoom(config),
    },
  });
  return { routes, close: webhooks.close };
}
