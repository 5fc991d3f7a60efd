import { devicesDatabase } from '../../db/devices/domain.js';
import { measuredKindsOf, type Domain } from '../shared/domain.js';
import { createDeviceAlertReaction } from './device-alert.reaction.js';

export const devicesDomain: Domain = {
  name: 'devices',
  database: devicesDatabase,
  routes: async (parts) => (await import('./devices.routes.js')).openDevicesRoutes(parts),
  workers: async () => [(await import('./device.worker.js')).startDeviceWorker],
  reactions: ({ database }, domains) => [
    createDeviceAlertReaction({ database, measuredKinds: measuredKindsOf(domains) }),
  ],
  tasks: {},
  reconciliations: async (parts) => [
    (await import('./device.reconciliation.js')).reconcileDevices(parts),
  ],
  invariants: async () => [(await import('./device.invariant.js')).devicesAtWork],
};
