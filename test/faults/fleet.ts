import { setTimeout as sleep } from 'node:timers/promises';
import mqtt from 'mqtt';
import type { RegisteredDevice } from '../support/people/actors.js';
import { telemetry } from '../support/devices/device.js';
import { eventually } from '../support/timing/eventually.js';

/** Devices that publish all the time, and send again after a lost connection without a PUBACK. */
export interface Fleet {
  /** Runs until the gateway is gone, or until `isOver` allows nothing new. */
  publish(mqttUrl: string, isOver: () => boolean): Promise<void>;
  /** Sends the unacknowledged messages until acknowledged, by one connection or by several. */
  finish(mqttUrl: string): Promise<void>;
  /** By device, every acknowledged sequence number. */
  acknowledged: ReadonlyMap<string, ReadonlySet<number>>;
  sentCount(): number;
}

const windowSize = 20;
const pauseMs = 10;
const unheard = 5;
const finishWithinMs = 60_000;

export function createFleet(devices: readonly RegisteredDevice[]): Fleet {
  const acknowledged = new Map(devices.map(({ deviceId }) => [deviceId, new Set<number>()]));
  const unanswered = new Map(devices.map(({ deviceId }) => [deviceId, new Set<number>()]));
  const lastSeq = new Map(devices.map(({ deviceId }) => [deviceId, 0]));

  async function run(
    { deviceId, password }: RegisteredDevice,
    url: string,
    isOver: () => boolean,
  ): Promise<void> {
    const [answered, waiting] = [acknowledged.get(deviceId), unanswered.get(deviceId)];
    if (!answered || !waiting) throw new Error('a device of another fleet');
    const client = mqtt.connect(url, {
      clientId: deviceId,
      username: deviceId,
      password,
      reconnectPeriod: 0,
    });
    let isGone = false;
    client.on('close', () => (isGone = true)).on('error', () => (isGone = true));
    const send = (seq: number) => {
      waiting.add(seq);
      client.publish(
        `devices/${deviceId}/telemetry`,
        telemetry(seq, 100 + (seq % 800)),
        { qos: 1 },
        (error) => {
          if (error) return;
          waiting.delete(seq);
          answered.add(seq);
        },
      );
    };
    // As a device that did not hear the last answers either.
    for (const seq of [...waiting, ...[...answered].slice(-unheard)]) send(seq);
    while (!isGone && !(isOver() && waiting.size === 0)) {
      if (waiting.size < windowSize && !isOver()) {
        const seq = (lastSeq.get(deviceId) ?? 0) + 1;
        lastSeq.set(deviceId, seq);
        send(seq);
      }
      await sleep(pauseMs);
    }
    client.end(true);
  }
  const publish: Fleet['publish'] = async (url, isOver) =>
    void (await Promise.all(devices.map((device) => run(device, url, isOver))));
  return {
    publish,
    finish: (url) =>
      eventually(async () => {
        await publish(url, () => true);
        if ([...unanswered.values()].some(({ size }) => size > 0))
          throw new Error('a message is not acknowledged');
      }, finishWithinMs),
    acknowledged,
    sentCount: () => [...lastSeq.values()].reduce((sum, seq) => sum + seq, 0),
  };
}
