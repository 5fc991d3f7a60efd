import mqtt from 'mqtt';
import { aDeviceId, telemetry } from '../devices/device.js';
import { attachNewDevice, type RegisteredDevice } from '../people/actors.js';
import type { TestSystem } from '../system/system.js';
import type { DomainHolding } from './domain-holding.js';
import type { WaterHeld } from './water.holding.js';

export interface DevicesHeld {
  device_id: string;
  serial_number: string;
}

/** A device at the account's reservoir, with a critical level reported. */
export const holding: DomainHolding<DevicesHeld> = {
  nothing: () => ({ device_id: aDeviceId(), serial_number: 'JL-ZZZZZZ' }),
  make: async ({ system, owner, of }) => {
    const { reservoir_id: reservoirId } = await of<WaterHeld>('water');
    const device = await attachNewDevice(await system.platformAdmin(), owner, reservoirId);
    await report(system, device);
    return { device_id: device.deviceId, serial_number: device.serialNumber };
  },
};

export async function report(
  { mqttUrl }: TestSystem,
  { deviceId, password }: RegisteredDevice,
): Promise<void> {
  const client = await mqtt.connectAsync(mqttUrl, {
    clientId: deviceId,
    username: deviceId,
    password,
  });
  await client.publishAsync(`devices/${deviceId}/telemetry`, telemetry(1, 950), { qos: 1 });
  await client.endAsync();
}
