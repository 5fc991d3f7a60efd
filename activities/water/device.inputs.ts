import { Type } from 'typebox';
import { actorIn } from '../../workflows/shared/actor.js';
import { startOfDevice, type ConnectivityState } from '../../workflows/water/device.contract.js';
import { fields, id, oneOf, type InputsOf } from '../shared/input.js';
import type { DeviceActivities } from './device.activities.js';

const deviceId = Type.String({ pattern: '^[0-9A-Z]{6,32}$' });
const connectivity = oneOf(['ONLINE', 'STALE', 'OFFLINE', 'NEVER_SEEN'] satisfies ConnectivityState[]);
const device = fields({ deviceId });
const asked = { deviceId, accountId: id, principalId: id, commandId: Type.Optional(id) };

const example = {
  deviceId: 'B43A4536C83C',
  accountId: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f',
  principalId: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e30',
  commandId: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e31',
};
const startOf = ([of]: readonly [{ deviceId: string }]) => startOfDevice(of);

export const deviceInputs: InputsOf<DeviceActivities> = {
  attach: {
    schemas: [fields({ ...asked, reservoirId: id })],
    startOf,
    actorOf: actorIn,
    example: [{ ...example, reservoirId: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e32' }],
  },
  detach: { schemas: [fields(asked)], startOf, actorOf: actorIn, example: [example] },
  deriveReadings: { schemas: [device], startOf, example: [{ deviceId: example.deviceId }] },
  readSight: { schemas: [device], startOf, example: [{ deviceId: example.deviceId }] },
  recordConnectivity: {
    schemas: [fields({ deviceId, connectivity })],
    startOf,
    example: [{ deviceId: example.deviceId, connectivity: 'OFFLINE' }],
  },
};
