import type { Domain } from '../shared/domain.js';
import { createRequestReactions } from './request.reaction.js';

export const platformDomain: Domain = {
  name: 'platform',
  workers: async () => [(await import('./maintenance.worker.js')).startMaintenanceWorker],
  reactions: createRequestReactions,
  reconciliations: async (parts) => [
    (await import('./audit-export-reconciliation.task.js')).reconcileExports(parts),
    (await import('./dead-letter-decision-reconciliation.task.js')).reconcileDecisions(parts),
  ],
};
