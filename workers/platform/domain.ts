import { dailyAt, everyMinutes } from '../../workflows/platform/maintenance.contract.js';
import { platformDatabase } from '../../db/platform/domain.js';
import type { Domain } from '../shared/domain.js';
import { createRequestReactions } from './request.reaction.js';
import { createWebhookAlertReaction } from './webhook-alert.reaction.js';

export const platformDomain: Domain = {
  name: 'platform',
  database: platformDatabase,
  routes: async (parts) => (await import('./platform.routes.js')).openPlatformRoutes(parts),
  workers: async () => [(await import('./maintenance.worker.js')).startMaintenanceWorker],
  reactions: (resources) => [
    ...createRequestReactions(resources),
    createWebhookAlertReaction(resources),
  ],
  tasks: {
    'make-partitions': {
      timing: everyMinutes(6 * 60, 5),
      open: async (parts) =>
        (await import('./partition-creation.task.js')).openPartitionCreation(parts),
    },
    'drop-old-partitions': {
      timing: dailyAt(3, 10),
      open: async (parts) =>
        (await import('./partition-removal.task.js')).openPartitionRemoval(parts),
    },
    'sweep-objects': {
      timing: dailyAt(3, 30),
      open: async (parts) => (await import('./object-sweep.task.js')).openObjectSweep(parts),
    },
    // Missed days are signed by the next run, in order.
    'sign-audit-checkpoints': {
      timing: dailyAt(0, 20),
      open: async (parts) => (await import('./audit-checkpoint.task.js')).openCheckpointTask(parts),
    },
    // Whether a witness is due: after some minutes or some number of entries, as the configuration
    // says.
    'sign-audit-witness': {
      timing: everyMinutes(1),
      open: async (parts) => (await import('./audit-witness.task.js')).openWitnessTask(parts),
    },
    // A code lives for ten minutes, so a lost delivery has to be found within ten minutes.
    reconcile: {
      timing: everyMinutes(5),
      open: async (parts) => (await import('./reconcile.task.js')).createReconciler(parts),
    },
    'purge-effects': {
      timing: everyMinutes(60, 10),
      open: async (parts) => (await import('./effect-purge.task.js')).openEffectPurge(parts),
    },
    'purge-requests': {
      timing: everyMinutes(60, 40),
      open: async (parts) => (await import('./request-purge.task.js')).openRequestPurge(parts),
    },
    'purge-deliveries': {
      timing: everyMinutes(60, 25),
      open: async (parts) => (await import('./delivery-purge.task.js')).openDeliveryPurge(parts),
    },
    'purge-audit-exports': {
      timing: dailyAt(4, 10),
      open: async (parts) =>
        (await import('./audit-export-purge.task.js')).openAuditExportPurge(parts),
    },
    'purge-audit-witnesses': {
      timing: dailyAt(4, 30),
      open: async (parts) =>
        (await import('./audit-witness-purge.task.js')).openWitnessPurge(parts),
    },
  },
  reconciliations: async (parts) => [
    (await import('./audit-export.reconciliation.js')).reconcileExports(parts),
    (await import('./dead-letter-decision.reconciliation.js')).reconcileDecisions(parts),
  ],
  invariants: async () => [(await import('./audit-export.invariant.js')).exportsAtWork],
};
