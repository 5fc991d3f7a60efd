import { connectPacket as introduction, publishPacket as message } from './mqtt-packets.js';

/** The introduction of a device; of somebody else with another client id. */
export const connectPacket = (
  { deviceId, password }: { deviceId: string; password: string },
  clientId = deviceId,
): Buffer => introduction({ clientId, username: deviceId, password });

export const publishPacket = (topic: string, id: number, payload: string | Buffer): Buffer =>
  message({ topic, id, payload });
