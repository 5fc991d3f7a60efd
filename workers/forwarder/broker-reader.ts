import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt, { type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import { parseTelemetry, telemetryDeviceId } from '../../workflows/water/telemetry.rules.js';
import type { Batcher } from '../gateway/batcher.js';
import type { Logger } from '../shared/logger.js';
import type { Part } from '../shared/part.js';

export interface BrokerReaderOptions {
  brokerUrl: string;
  /**
   * The same at every start: the broker keeps a session for it, and in the session what it has handed out and not seen
   * acknowledged. Two readers of one name would push each other out.
   */
  name: string;
  telemetry: Pick<Batcher, 'add'>;
  logger: Logger;
  connections?: number;
}

/** One for all readers: the broker hands each message to one of them. */
const subscription = '$share/millrace/devices/+/telemetry';
/** A client acknowledges one message after the other, so this many commit at a time. */
const defaultConnections = 16;
/** The broker's own limits end a session sooner, or nothing does within a long weekend. */
const sessionExpirySeconds = 7 * 24 * 3_600;
/** Handed out and not acknowledged, a connection; more would be kept from the other readers. */
const receiveMaximum = 100;
const maximumPacketSize = 80 * 1024;
const reconnectMs = 1_000;

/**
 * Reads telemetry from an outside broker (MQTT 5). A message is acknowledged when it is committed, and not before: what a
 * killed reader held comes again, and the inbox knows it by its sequence number, which is also what orders it.
 */
export function startBrokerReader({
  brokerUrl,
  name,
  telemetry,
  logger,
  connections = defaultConnections,
}: BrokerReaderOptions): Part {
  const stopping = new AbortController();
  // Each connection may be waiting to try again.
  setMaxListeners(connections, stopping.signal);
  const clients = Array.from({ length: connections }, (_, i) => connect(`${name}-${i}`));

  function connect(clientId: string): MqttClient {
    const options: IClientOptions = {
      clientId,
      protocolVersion: 5,
      clean: false,
      reconnectPeriod: reconnectMs,
      // Said again on every connect, below: a broker may have lost the session.
      resubscribe: false,
      properties: { sessionExpiryInterval: sessionExpirySeconds, receiveMaximum, maximumPacketSize },
    };
    const client = mqtt.connect(brokerUrl, options);
    /** Counts connections: a message of an earlier one comes again, and is acknowledged then. */
    let epoch = 0;
    client.on('close', () => (epoch += 1));
    client.on('connect', () =>
      client.subscribe(subscription, { qos: 1 }, (error) => {
        if (error) logger.error({ err: error, client_id: clientId }, 'the broker refuses the subscription');
        else logger.info({ client_id: clientId }, 'reads from the broker');
      }),
    );
    client.on('error', (error) => logger.warn({ err: error, client_id: clientId }, 'broker connection failed'));
    client.handleMessage = (packet, done) => {
      const receivedIn = epoch;
      const isCurrent = () => epoch === receivedIn && !stopping.signal.aborted;
      void take(packet, isCurrent).then((isTaken) => {
        if (isTaken && isCurrent()) done();
      });
    };
    return client;
  }

  /** Resolves to true when the message is committed, or is nothing to keep; tries for as long as its connection lives. */
  async function take({ topic, payload }: IPublishPacket, isCurrent: () => boolean): Promise<boolean> {
    const deviceId = telemetryDeviceId(topic);
    if (deviceId === undefined) {
      logger.warn({ reason: 'FOREIGN_TOPIC' }, 'a topic that is no device’s; its message is not kept');
      return true;
    }
    const parsed = parseTelemetry(deviceId, payload.toString(), payload);
    while (isCurrent()) {
      try {
        await telemetry.add(deviceId, parsed);
        return true;
      } catch (error) {
        logger.warn({ err: error, device_id: deviceId }, 'telemetry was not stored, so it is not acknowledged');
        await sleep(reconnectMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
    return false;
  }

  return {
    /** The sessions stay, so the broker keeps what comes until the next start. */
    stop: async () => {
      stopping.abort();
      await Promise.all(clients.map((client) => client.endAsync()));
    },
  };
}
