import type { Domain } from '../shared/domain.js';
import { reconcileDecisions } from './dead-letter-decision-reconciliation.task.js';
import { reconcileExports } from './audit-export-reconciliation.task.js';
import { startMaintenanceWorker } from './maintenance.worker.js';
import { createRequestReactions } from './request.reaction.js';

export const platformDomain: Domain = {
  name: 'platform',
  workers: [startMaintenanceWorker],
  reactions: createRequestReactions,
  reconciliations: (parts) => [reconcileExports(parts), reconcileDecisions(parts)],
};
