import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import type { StandingWatch } from '../../api/shared/standing-watch.js';
import { parseTelemetry, telemetryDeviceId } from '../../workflows/devices/telemetry.rules.js';
import type { Logger } from '../observability/logger.js';
import { mayHear, publishFault } from './access.js';
import type { AccessNotes } from './access-notes.js';
import type { Batcher } from './batcher.js';
import { createDoorway, type Connection, type DoorwayOptions } from './doorway.js';
import { createListenerPlaces, type ListenerLimits } from './listener-places.js';
import type { ListenerPeer, Peer, Peers, RefusedName } from './peer.js';
import type { RefusalLog, RefusedAct } from './refusal-log.js';
import type { Refusals } from './refusals.js';
import { createWelcome } from './welcome.js';

interface BrokerOptions {
  peers: Peers;
  telemetry: Pick<Batcher, 'add' | 'hasRoom'>;
  watch: Pick<StandingWatch, 'onLook'>;
  refusals: Pick<Refusals, 'count'>;
  /** Connections and refusals of devices, for a search after a silent device. */
  access: Pick<AccessNotes, 'connected' | 'refused'>;
  refusalLog: Pick<RefusalLog, 'note'>;
  logger: Logger;
  limits?: Pick<DoorwayOptions, 'limits' | 'connectTimeoutMs' | 'packetTimeoutMs'>;
  listenerLimits?: ListenerLimits;
}

export interface Broker {
  listen(port: number, host: string): Promise<Server>;
  /** Publishes to a device's own topics. */
  publish(topic: string, payload: string): Promise<void>;
  close(): Promise<void>;
}

const unavailable = 3;
const badCredentials = 4;

/**
 * The embedded MQTT 3.1.1 broker. A device has one name: client id, user name and topics are the
 * same; the device reaches nothing else: not by a will, a wildcard, a shared or a system topic, nor
 * by another's client id. Listeners hear the events of their account and publish nothing; the relay
 * publishes the events.
 */
export async function createBroker({
  peers,
  telemetry,
  watch,
  refusals,
  access,
  refusalLog,
  logger,
  limits = {},
  listenerLimits,
}: BrokerOptions): Promise<Broker> {
  const known = new WeakMap<Client, Known>();
  const listeners = createListenerPlaces(listenerLimits);
  const broker = await Aedes.createBroker({
    maxClientsIdLength: 64,
    // The message is answered before PUBACK; PUBACK follows the call-back: see authorizePublish.
    concurrency: 1_000,
    queueLimit: 1_000,
  });
  const doorway = createDoorway({
    ...limits,
    hasRoom: telemetry.hasRoom,
    enter: (socket) => void broker.handle(socket),
    onFault: (fault, { socket, isKnown }) => {
      const client = (socket as { client?: Client }).client;
      const name = isKnown && client ? nameOf(known.get(client)?.peer) : undefined;
      note('connection', client, fault, socket.remoteAddress);
      if (name) refusals.count(name, fault, { address: socket.remoteAddress, isStranger: false });
    },
  });
  const welcome = createWelcome<Client>({
    watch,
    peers,
    logger,
    showOut: (client) => {
      logger.info({ client_id: client.id }, 'shown out');
      welcome.leave(client, known.get(client)?.peer);
      // From here on the client is nobody: the client's will is not published either.
      known.delete(client);
      // At once: messages without an answer must not be answered any more.
      (client.conn as { destroy?: () => void }).destroy?.();
      client.close();
    },
  });

  broker.authenticate = (client, username, password, done) => {
    const refuse = (code: number) =>
      done(
        Object.assign<Error, Pick<AuthenticateError, 'returnCode'>>(new Error('refused'), {
          returnCode: code,
        }),
        false,
      );
    const introduction = {
      clientId: client.id,
      username: username ?? '',
      password: password?.toString('utf8') ?? '',
      isClean: client.clean,
    };
    peers.admit(introduction).then(
      (answer) => {
        if ('kind' in answer) {
          known.set(client, { peer: answer, connection: undefined });
          if (answer.kind !== 'listener' || mayListen(client, answer)) return done(null, true);
          note('introduction', client, 'TOO_MANY_LISTENERS');
          countRefusal(client, 'TOO_MANY_LISTENERS');
          known.delete(client);
          return refuse(unavailable);
        }
        const { reason, name } = answer;
        note('introduction', client, reason);
        if (name?.kind === 'device') access.refused(name.deviceId, reason, addressOf(client));
        if (name) refusals.count(name, reason, { address: addressOf(client), isStranger: true });
        refuse(badCredentials);
      },
      (error: unknown) => {
        logger.warn({ err: error }, 'credentials could not be checked');
        note('introduction', client, 'NOT_CHECKED');
        // Without a CONNACK: a client may take any refusal for the last word, and never come again.
        (client.conn as Socket).destroy();
        client.close();
      },
    );
  };

  broker.authorizePublish = (client, packet, done) => {
    // Only the will of another broker's client has no client, and there is no other broker.
    const who = client && known.get(client);
    if (!who) return done(new Error('nobody'));
    const fault = publishFault(who.peer, packet);
    if (fault) {
      note('publish', client, fault);
      countRefusal(client, fault);
      return done(new Error(fault));
    }
    if (telemetryDeviceId(packet.topic) === undefined) return done(null);
    const { share } = who.connection ?? {};
    const { length } = packet.payload;
    if (share) share.unansweredBytes += length;
    // PUBACK follows the call-back, so PUBACK means a committed message. QoS 0 is stored as well,
    // unanswered.
    telemetry
      .add(client.id, parseTelemetry(client.id, packet.payload.toString('utf8'), packet.payload))
      .then(
        () => {
          if (share) share.unansweredBytes -= length;
          done(null);
        },
        (error: unknown) => {
          if (share) share.unansweredBytes -= length;
          logger.warn({ err: error }, 'telemetry was not stored, so it is not acknowledged');
          note('publish', client, 'NOT_STORED');
          done(new Error('not stored'));
        },
      );
  };

  broker.authorizeSubscribe = (client, subscription, done) => {
    // A refused subscription is answered with 0x80 rather than by closing.
    if (hears(client, subscription.topic)) return done(null, subscription);
    if (client) {
      note('subscription', client, 'FOREIGN_SUBSCRIPTION');
      countRefusal(client, 'FOREIGN_SUBSCRIPTION');
    }
    return done(null, null);
  };
  broker.authorizeForward = (client, packet) => (hears(client, packet.topic) ? packet : null);
  broker.on('clientError', (client, error) =>
    logger.debug({ err: error, client_id: client.id }, 'connection failed'),
  );
  broker.on('connectionError', (client, error) => {
    logger.debug({ err: error }, 'connection was refused');
    const reason = connectFault(error);
    if (reason !== undefined) note('introduction', client, reason);
  });

  const hears = (client: Client | null, topic: string): boolean => {
    const who = client && known.get(client);
    return who ? mayHear(who.peer, topic) : false;
  };
  /**
   * The listener's place is free again when the connection closes, however far the introduction
   * came.
   */
  function mayListen(client: Client, peer: ListenerPeer): boolean {
    const { id, conn } = client;
    if ((conn as Socket).destroyed || !listeners.take(id, peer)) return false;
    conn.once('close', () => listeners.leave(id, peer));
    return true;
  }
  function note(act: RefusedAct, client: Client | undefined, reason: string, from?: string): void {
    const address = from ?? (client && addressOf(client));
    refusalLog.note({ act, clientId: client?.id, reason, address });
  }
  function countRefusal(client: Client, reason: string): void {
    const name = nameOf(known.get(client)?.peer);
    if (name?.kind === 'device') access.refused(name.deviceId, reason, addressOf(client));
    if (name) refusals.count(name, reason, { address: addressOf(client), isStranger: false });
  }
  broker.on('client', (client) => {
    const who = known.get(client);
    if (!who) return;
    who.connection = doorway.know(client.conn);
    if (who.peer.kind === 'device') access.connected(who.peer.deviceId, addressOf(client));
    welcome.enter(client, who.peer);
  });
  broker.on('clientDisconnect', (client) => welcome.leave(client, known.get(client)?.peer));

  const server = createServer((socket) => doorway.receive(socket));

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
        broker.publish(
          { cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false },
          (error) => (error ? reject(error) : resolve()),
        );
      }),
    close: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      await new Promise<void>((resolve) => {
        broker.close(() => resolve());
      });
      doorway.close();
      await closed;
    },
  };
}

/** A peer, and the peer's connection. */
interface Known {
  peer: Peer;
  connection: Connection | undefined;
}

/**
 * The reason why a CONNECT was refused before anybody was authenticated; undefined where the
 * connection broke.
 */
function connectFault(error: Error & { errorCode?: number; code?: string }): string | undefined {
  if (error.errorCode === 1) return 'PROTOCOL_VERSION';
  if (error.errorCode === 2) return 'CLIENT_ID_TOO_LONG';
  return error.code === undefined ? 'MALFORMED_CONNECT' : undefined;
}

const nameOf = (peer: Peer | undefined): RefusedName | undefined =>
  peer === undefined || peer.kind === 'relay' ? undefined : peer;
const addressOf = (client: Client): string | undefined =>
  (client.conn as { remoteAddress?: string }).remoteAddress;
