import { Type } from 'typebox';
import {
  attachDevice,
  detachDevice,
  startOfDevice,
  type ConnectivityState,
  type DetachRequest,
} from '../../workflows/devices/device.contract.js';
import { fields, id, oneOf, type InputsOf } from '../shared/input.js';
import type { DeviceActivities } from './device.activities.js';

const deviceId = Type.String({ pattern: '^[0-9A-Z]{6,32}$' });
const connectivity = oneOf([
  'ONLINE',
  'STALE',
  'OFFLINE',
  'NEVER_SEEN',
] satisfies ConnectivityState[]);
const device = fields({ deviceId });
const thing = fields({ kind: Type.String({ pattern: '^[a-z][a-z0-9_]{0,39}$' }), thingId: id });
const requestFields = { deviceId, accountId: id, principalId: id, commandId: Type.Optional(id) };

const example = {
  deviceId: 'B43A4536C83C',
  accountId: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f',
  principalId: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e30',
  commandId: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e31',
};
const startOf = ([of]: readonly [{ deviceId: string }]) => startOfDevice(of);
/** The workflow adds the device id to the arguments of the update. */
const callOf =
  ({ name }: { name: string }) =>
  ([{ deviceId: _own, ...request }]: readonly [DetachRequest & { deviceId: string }]) => ({
    name,
    args: [request],
  });

export const deviceInputs: InputsOf<DeviceActivities> = {
  attach: {
    schemas: [
      fields({ ...requestFields, reservoirId: Type.Optional(id), thing: Type.Optional(thing) }),
    ],
    startOf,
    callOf: callOf(attachDevice),
    example: [{ ...example, reservoirId: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e32' }],
  },
  detach: {
    schemas: [fields(requestFields)],
    startOf,
    callOf: callOf(detachDevice),
    example: [example],
  },
  deriveReadings: { schemas: [device], startOf, example: [{ deviceId: example.deviceId }] },
  readSight: { schemas: [device], startOf, example: [{ deviceId: example.deviceId }] },
  recordConnectivity: {
    schemas: [fields({ deviceId, connectivity })],
    startOf,
    example: [{ deviceId: example.deviceId, connectivity: 'OFFLINE' }],
  },
};
