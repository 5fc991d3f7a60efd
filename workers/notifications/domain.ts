import { dailyAt } from '../../workflows/platform/maintenance.contract.js';
import { notificationsDatabase } from '../../db/notifications/domain.js';
import type { Domain } from '../shared/domain.js';

export const notificationsDomain: Domain = {
  name: 'notifications',
  database: notificationsDatabase,
  routes: async ({ resources: { database }, cursors }) => {
    const { createNotificationRoutes } = await import('../../api/notifications/index.js');
    return { routes: createNotificationRoutes({ database, cursors }) };
  },
  workers: async () => [],
  reactions: () => [],
  tasks: {
    'purge-mailbox': {
      timing: dailyAt(3, 50),
      open: async (parts) => (await import('./mailbox-purge.task.js')).openMailboxPurge(parts),
    },
  },
  reconciliations: async () => [],
  invariants: async () => [],
};
