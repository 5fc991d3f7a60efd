import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type AuthenticateError, type Client, type PublishPacket } from 'aedes';
import { isDeviceId, parseTelemetry, telemetryDeviceId } from '../../workflows/water/telemetry.rules.js';
import type { Logger } from '../shared/logger.js';
import type { Batcher } from './batcher.js';

export interface DeviceCredentials {
  /** Whether the device may come in with this password. */
  fits(deviceId: string, password: string): Promise<boolean>;
}

export interface BrokerOptions {
  credentials: DeviceCredentials;
  telemetry: Pick<Batcher, 'add' | 'hasRoom' | 'room'>;
  logger: Logger;
}

export interface Broker {
  listen(port: number, host: string): Promise<Server>;
  /** Publishes to a device's own topics. */
  publish(topic: string, payload: string): Promise<void>;
  close(): Promise<void>;
}

const maxPayloadBytes = 64 * 1024;
const connectTimeoutMs = 10_000;
const maxClients = 20_000;
const badCredentials = 4;
const notAuthorized = 5;

/**
 * The embedded MQTT 3.1.1 broker. A device is its client id, its user name and its topics, all three the same, and it
 * reaches nothing else: not by a will, a wildcard, a shared or a system topic, nor by another's client id.
 */
export async function createBroker({ credentials, telemetry, logger }: BrokerOptions): Promise<Broker> {
  const broker = await Aedes.createBroker({
    connectTimeout: connectTimeoutMs,
    maxClientsIdLength: 64,
    // Answered before PUBACK, and PUBACK only when this has called back: see authorizePublish.
    concurrency: 1_000,
    queueLimit: 1_000,
  });

  broker.authenticate = (client, username, password, done) => {
    const refuse = (code: number) =>
      done(
        Object.assign<Error, Pick<AuthenticateError, 'returnCode'>>(new Error('refused'), { returnCode: code }),
        false,
      );
    if (!isDeviceId(client.id) || username !== client.id || !password) return refuse(badCredentials);
    credentials.fits(client.id, password.toString('utf8')).then(
      (fits) => (fits ? done(null, true) : refuse(badCredentials)),
      (error: unknown) => {
        logger.warn({ err: error, device_id: client.id }, 'credentials could not be checked');
        refuse(notAuthorized);
      },
    );
  };

  broker.authorizePublish = (client, packet, done) => {
    // Only a will of another broker's client comes without one, and there is no other broker.
    if (!client) return done(new Error('nobody'));
    const fault = publishFault(client, packet);
    if (fault) {
      logger.warn({ device_id: client.id, reason: fault }, 'publish refused');
      return done(new Error(fault));
    }
    if (telemetryDeviceId(packet.topic) === undefined) return done(null);
    // PUBACK follows this call-back, so it means that the message is committed. QoS 0 is stored as well, unanswered.
    telemetry.add(client.id, parseTelemetry(client.id, packet.payload.toString('utf8'))).then(
      () => done(null),
      (error: unknown) => {
        logger.warn({ err: error, device_id: client.id }, 'telemetry was not stored, so it is not acknowledged');
        done(new Error('not stored'));
      },
    );
  };

  broker.authorizeSubscribe = (client, subscription, done) => {
    const isOwn = client !== null && ownDownTopic(client.id, subscription.topic);
    // A refused subscription is answered with 0x80 rather than by closing.
    return done(null, isOwn ? subscription : null);
  };
  broker.authorizeForward = (client, packet) => (ownDownTopic(client.id, packet.topic) ? packet : null);
  broker.on('clientError', (client, error) =>
    logger.debug({ err: error, device_id: client.id }, 'device connection failed'),
  );
  broker.on('connectionError', (_, error) => logger.debug({ err: error }, 'connection was refused'));

  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    broker.handle(socket);
  });
  server.maxConnections = maxClients;

  // While the inbox is full nothing more is read, so the devices wait instead of the memory.
  const throttle = setInterval(() => {
    if (telemetry.hasRoom()) return;
    for (const socket of sockets) socket.pause();
    void telemetry.room().then(() => {
      for (const socket of sockets) socket.resume();
    });
  }, 50);

  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject).listen(port, host, () => {
          server.off('error', reject);
          resolve(server);
        });
      }),
    publish: (topic, payload) =>
      new Promise((resolve, reject) => {
        broker.publish({ cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false }, (error) =>
          error ? reject(error) : resolve(),
        );
      }),
    close: async () => {
      clearInterval(throttle);
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      await new Promise<void>((resolve) => {
        broker.close(() => resolve());
      });
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function publishFault(client: Client, packet: PublishPacket): string | undefined {
  const prefix = `devices/${client.id}/`;
  if (!packet.topic.startsWith(prefix)) return 'FOREIGN_TOPIC';
  const rest = packet.topic.slice(prefix.length);
  if (rest !== 'telemetry' && !/^config\/status\/[a-z]+$/.test(rest)) return 'UNKNOWN_TOPIC';
  if (packet.retain) return 'RETAINED';
  if (packet.qos > 1) return 'QOS_2';
  return packet.payload.length > maxPayloadBytes ? 'PAYLOAD_TOO_LARGE' : undefined;
}

/** Devices hear their own configuration, named or as a whole. */
function ownDownTopic(deviceId: string, topic: string): boolean {
  const prefix = `devices/${deviceId}/config/`;
  return (
    topic.startsWith(prefix) &&
    (/^[a-z]+$/.test(topic.slice(prefix.length)) || ['#', '+'].includes(topic.slice(prefix.length)))
  );
}
