import { eventsOf, type DatabaseDomain } from '../shared/domain.js';
import * as device from './device.events.js';
import { deviceInvariants } from './invariant.views.js';

export const devicesDatabase: DatabaseDomain = {
  name: 'devices',
  events: eventsOf(device),
  invariants: deviceInvariants,
  figures: [
    { name: 'devices', table: 'devices.devices' },
    { name: 'messages', table: 'devices.device_telemetry_messages' },
  ],
  personalData: [],
};
