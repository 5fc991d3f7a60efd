import type { Domain } from '../shared/domain.js';
import { reconcileDeliveries } from './otp-reconciliation.task.js';
import { createOtpReaction } from './otp.reaction.js';
import { startOtpWorker } from './otp.worker.js';

export const identityDomain: Domain = {
  name: 'identity',
  workers: [startOtpWorker],
  reactions: (resources) => [createOtpReaction(resources)],
  reconciliations: (parts) => [reconcileDeliveries(parts)],
};
