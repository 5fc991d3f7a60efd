import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import { parseTelemetry, telemetryDeviceId } from '../../workflows/water/telemetry.rules.js';
import type { Logger } from '../shared/logger.js';
import { mayHear, publishFault } from './access.js';
import type { Batcher } from './batcher.js';
import type { Peer, Peers } from './peer.js';

export interface BrokerOptions {
  peers: Peers;
  telemetry: Pick<Batcher, 'add' | 'hasRoom' | 'room'>;
  logger: Logger;
  /** How long somebody goes on listening whose token has ended. */
  welcomeCheckMs?: number;
}

export interface Broker {
  listen(port: number, host: string): Promise<Server>;
  /** Publishes to a device's own topics. */
  publish(topic: string, payload: string): Promise<void>;
  close(): Promise<void>;
}

const connectTimeoutMs = 10_000;
const maxClients = 20_000;
const badCredentials = 4;
const notAuthorized = 5;

/**
 * The embedded MQTT 3.1.1 broker. A device is its client id, its user name and its topics, all three the same, and it
 * reaches nothing else: not by a will, a wildcard, a shared or a system topic, nor by another's client id. Listeners hear the
 * events of their account and publish nothing; our relay publishes them.
 */
export async function createBroker({
  peers,
  telemetry,
  logger,
  welcomeCheckMs = 15_000,
}: BrokerOptions): Promise<Broker> {
  const known = new WeakMap<Client, Peer>();
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
    const introduction = {
      clientId: client.id,
      username: username ?? '',
      password: password?.toString('utf8') ?? '',
      isClean: client.clean,
    };
    peers.admit(introduction).then(
      (peer) => {
        if (!peer) return refuse(badCredentials);
        known.set(client, peer);
        done(null, true);
      },
      (error: unknown) => {
        logger.warn({ err: error, client_id: client.id }, 'credentials could not be checked');
        refuse(notAuthorized);
      },
    );
  };

  broker.authorizePublish = (client, packet, done) => {
    // Only a will of another broker's client comes without one, and there is no other broker.
    const peer = client && known.get(client);
    if (!peer) return done(new Error('nobody'));
    const fault = publishFault(peer, packet);
    if (fault) {
      logger.warn({ client_id: client.id, reason: fault }, 'publish refused');
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
    // A refused subscription is answered with 0x80 rather than by closing.
    return done(null, hears(client, subscription.topic) ? subscription : null);
  };
  broker.authorizeForward = (client, packet) => (hears(client, packet.topic) ? packet : null);
  broker.on('clientError', (client, error) => logger.debug({ err: error, client_id: client.id }, 'connection failed'));
  broker.on('connectionError', (_, error) => logger.debug({ err: error }, 'connection was refused'));

  const hears = (client: Client | null, topic: string): boolean => {
    const peer = client && known.get(client);
    return peer ? mayHear(peer, topic) : false;
  };
  const listeners = new Map<Client, Peer>();
  broker.on('client', (client) => {
    const peer = known.get(client);
    if (peer?.kind === 'listener') listeners.set(client, peer);
  });
  broker.on('clientDisconnect', (client) => listeners.delete(client));
  const closeUnwelcome = async (client: Client, peer: Peer): Promise<void> => {
    if (!(await peers.isStillWelcome(peer))) client.close();
  };
  const welcomeCheck = setInterval(() => {
    for (const [client, peer] of listeners)
      closeUnwelcome(client, peer).catch((error: unknown) => logger.warn({ err: error }, 'a token was not checked'));
  }, welcomeCheckMs);

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
      clearInterval(welcomeCheck);
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
