import { dailyAt, everyMinutes } from '../../workflows/platform/maintenance.contract.js';
import { identityDatabase } from '../../db/identity/domain.js';
import type { Domain } from '../shared/domain.js';
import { createNoticeReaction } from './notice.reaction.js';
import { createPasswordResetReaction } from './password-reset.reaction.js';
import { createApiKeyEndReaction } from './api-key-end.reaction.js';
import { createInviteReaction } from './invite.reaction.js';
import { createOtpReaction } from './otp.reaction.js';

export const identityDomain: Domain = {
  name: 'identity',
  database: identityDatabase,
  routes: async (parts) => (await import('./identity.routes.js')).openIdentityRoutes(parts),
  workers: async () => [(await import('./otp.worker.js')).startOtpWorker],
  reactions: (resources) => [
    createOtpReaction(resources),
    createPasswordResetReaction(resources),
    createApiKeyEndReaction(resources),
    createNoticeReaction(resources),
    createInviteReaction(resources),
  ],
  tasks: {
    'purge-registrations': {
      timing: everyMinutes(10),
      open: async (parts) =>
        (await import('./registration-purge.task.js')).openRegistrationPurge(parts),
    },
    'purge-sessions': {
      timing: dailyAt(3, 40),
      open: async (parts) => (await import('./session-purge.task.js')).openSessionPurge(parts),
    },
    'rotate-signing-keys': {
      timing: everyMinutes(60, 15),
      open: async (parts) =>
        (await import('./signing-key-rotation.task.js')).openSigningKeyRotation(parts),
    },
  },
  reconciliations: async (parts) => [
    (await import('./otp.reconciliation.js')).reconcileDeliveries(parts),
    (await import('./notice.reconciliation.js')).reconcileNotices(parts),
    (await import('./invite.reconciliation.js')).reconcileInvites(parts),
  ],
  invariants: async () => [
    (await import('./otp.invariant.js')).deliveriesAtWork,
    (await import('./notice.invariant.js')).noticesAtWork,
    (await import('./invite.invariant.js')).invitesAtWork,
  ],
};
