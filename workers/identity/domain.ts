import type { Domain } from '../shared/domain.js';
import { createOtpReaction } from './otp.reaction.js';

export const identityDomain: Domain = {
  name: 'identity',
  workers: async () => [(await import('./otp.worker.js')).startOtpWorker],
  reactions: (resources) => [createOtpReaction(resources)],
  reconciliations: async (parts) => [(await import('./otp-reconciliation.task.js')).reconcileDeliveries(parts)],
};
