import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt, { type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import { parseTelemetry, telemetryDeviceId } from '../../workflows/devices/telemetry.rules.js';
import type { Batcher } from '../gateway/batcher.js';
import type { Logger } from '../observability/logger.js';
import type { Part } from '../../processes/part.js';

interface BrokerReaderOptions {
  brokerUrl: string;
  /**
   * The same at every start: under the name the broker keeps a session, with the messages handed
   * out and not acknowledged. Two readers of one name would push each other out.
   */
  name: string;
  telemetry: Pick<Batcher, 'add'>;
  logger: Logger;
  connections?: number;
}

/** One for all readers: the broker hands each message to a single reader. */
const subscription = '$share/millrace/devices/+/telemetry';
/**
 * A client acknowledges messages in order, so as many messages commit at a time as there are
 * connections.
 */
const defaultConnections = 16;
/** The broker's own limits end a session sooner, or nothing does within a long weekend. */
const sessionExpirySeconds = 7 * 24 * 3_600;
/** Handed out and not acknowledged, a connection; more would be kept from the other readers. */
const receiveMaximum = 100;
const maximumPacketSize = 80 * 1024;
const reconnectMs = 1_000;

/**
 * Reads telemetry from an outside broker (MQTT 5). A message is acknowledged after the commit, and
 * not before: messages of a killed reader come again, and the inbox knows a repeat by the sequence
 * number, which also orders the messages.
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
      properties: {
        sessionExpiryInterval: sessionExpirySeconds,
        receiveMaximum,
        maximumPacketSize,
      },
    };
    const client = mqtt.connect(brokerUrl, options);
    /**
     * Counts connections: a message of an earlier connection comes again, and is acknowledged then.
     */
    let epoch = 0;
    client.on('close', () => (epoch += 1));
    client.on('connect', () =>
      client.subscribe(subscription, { qos: 1 }, (error) => {
        if (error)
          logger.error({ err: error, client_id: clientId }, 'the broker refuses the subscription');
        else logger.info({ client_id: clientId }, 'reads from the broker');
      }),
    );
    client.on('error', (error) =>
      logger.warn({ err: error, client_id: clientId }, 'broker connection failed'),
    );
    client.handleMessage = (packet, acknowledge) => {
      const receivedIn = epoch;
      const isCurrent = () => epoch === receivedIn && !stopping.signal.aborted;
      void take(packet, isCurrent).then((isTaken) => {
        if (isTaken && isCurrent()) acknowledge();
      });
    };
    return client;
  }

  /**
   * Resolves to true when the message is committed or needs no storing; tries until the end of the
   * connection.
   */
  async function take(
    { topic, payload }: IPublishPacket,
    isCurrent: () => boolean,
  ): Promise<boolean> {
    const deviceId = telemetryDeviceId(topic);
    if (deviceId === undefined) {
      logger.warn(
        { reason: 'FOREIGN_TOPIC' },
        'a topic that is no device’s; its message is not kept',
      );
      return true;
    }
    const parsed = parseTelemetry(deviceId, payload.toString(), payload);
    while (isCurrent()) {
      try {
        await telemetry.add(deviceId, parsed);
        return true;
      } catch (error) {
        logger.warn(
          { err: error, device_id: deviceId },
          'telemetry was not stored, so it is not acknowledged',
        );
        await sleep(reconnectMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
    return false;
  }

  return {
    /** The sessions stay, so the broker keeps messages until the next start. */
    stop: async () => {
      stopping.abort();
      await Promise.all(clients.map((client) => client.endAsync()));
    },
  };
}
