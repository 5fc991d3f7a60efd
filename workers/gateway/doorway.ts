import type { Socket } from 'node:net';
import { guardReading } from './guarded-reading.js';
import { createPacketWalk, type PacketFault } from './packet-walk.js';
import { createPlaces, defaultPlaceLimits, type Place, type PlaceLimits } from './places.js';

/** The reasons why a connection ends before the broker has read anything. */
type DoorFault = PacketFault | 'TOO_SLOW' | 'TOO_MANY_CONNECTIONS' | 'TOO_MANY_BYTES';

export interface DoorwayOptions {
  limits?: Partial<PlaceLimits>;
  /** From the connection to a whole CONNECT, however slowly the bytes come. */
  connectTimeoutMs?: number;
  /** For any later packet, from announcement to last byte. */
  packetTimeoutMs?: number;
  /** False while nothing more should be read from anybody. */
  hasRoom: () => boolean;
  /** Takes over a connection with a whole CONNECT to read. */
  enter: (socket: Socket) => void;
  onFault: (fault: DoorFault, connection: Connection) => void;
}

export interface Connection extends Place {
  readonly socket: Socket;
  /** Signed in. */
  isKnown: boolean;
}

const tickMs = 50;

/**
 * Stands between sockets and broker: the broker's parser keeps a packet until the packet is whole,
 * however long the announced length. The broker reads from the sockets; the doorway looks at the
 * same bytes during the read, and copies nothing. A connection with too large an announcement is
 * closed before any byte is kept. A stranger costs a socket until the CONNECT is whole, and no
 * more.
 */
export function createDoorway(options: DoorwayOptions) {
  const { connectTimeoutMs = 10_000, packetTimeoutMs = 60_000, hasRoom, enter, onFault } = options;
  const limits: PlaceLimits = Object.assign({}, defaultPlaceLimits, options.limits);
  const places = createPlaces<Connection>(limits, (longest) =>
    refuse(longest, 'TOO_MANY_CONNECTIONS'),
  );
  const connections = new Map<Socket, Connection>();
  /** Connections with bytes held back for now. */
  const stalled = new Set<Connection>();
  /** In the middle of a packet, since when. */
  const unfinished = new Map<Connection, number>();

  function refuse(connection: Connection, fault: DoorFault): void {
    onFault(fault, connection);
    connection.socket.destroy();
    leave(connection);
  }

  function leave(connection: Connection): void {
    if (!connections.delete(connection.socket)) return;
    places.leave(connection);
    stalled.delete(connection);
    unfinished.delete(connection);
  }

  const mayRead = ({ share }: Connection): boolean =>
    hasRoom() && share.unansweredBytes < limits.unansweredBytesOfAddress;

  function receive(socket: Socket): void {
    const share = places.shareOf(socket.remoteAddress ?? '');
    if (!share) return void socket.destroy();
    const connection: Connection = { socket, share, since: performance.now(), isKnown: false };
    connections.set(socket, connection);
    places.take(connection);
    socket.setNoDelay(true);
    socket.once('close', () => leave(connection));
    socket.on('error', () => socket.destroy());
    guard(connection);
  }

  function guard(connection: Connection): void {
    const { socket, share } = connection;
    const walk = createPacketWalk();
    let unfinishedBytes = 0;
    let unfinishedPacket = 0;

    function countUnfinished(): void {
      const now = walk.unfinishedBytes();
      if (now === unfinishedBytes && (now === 0 || walk.packetCount() === unfinishedPacket)) return;
      share.unfinishedBytes += now - unfinishedBytes;
      unfinishedBytes = now;
      unfinishedPacket = walk.packetCount();
      unfinished.delete(connection);
      if (now > 0) unfinished.set(connection, performance.now());
      if (share.unfinishedBytes > limits.unfinishedBytesOfAddress)
        refuse(connection, 'TOO_MANY_BYTES');
    }
    socket.once('close', () => (share.unfinishedBytes -= unfinishedBytes));

    guardReading(socket, {
      isFit(chunk) {
        const fault = walk.over(chunk, connection.isKnown);
        if (fault) refuse(connection, fault);
        else countUnfinished();
        return !socket.destroyed;
      },
      mayRead: () => mayRead(connection),
      onStall: () => void stalled.add(connection),
      onIntroduced() {
        places.settle(connection);
        enter(socket);
      },
    });
  }

  const tick = setInterval(() => {
    for (const connection of stalled) {
      if (!mayRead(connection)) continue;
      stalled.delete(connection);
      connection.socket.emit('readable');
    }
    const now = performance.now();
    for (const connection of places.waitingSince(now - connectTimeoutMs))
      refuse(connection, 'TOO_SLOW');
    for (const [connection, since] of unfinished) {
      if (since >= now - packetTimeoutMs) break;
      refuse(connection, 'TOO_SLOW');
    }
  }, tickMs);

  return {
    receive,
    /** From now on the limits of a signed-in peer hold for the connection. */
    know(socket: unknown): Connection | undefined {
      const connection = connections.get(socket as Socket);
      if (connection) connection.isKnown = true;
      return connection;
    },
    close(): void {
      clearInterval(tick);
      for (const socket of connections.keys()) socket.destroy();
    },
  };
}
