import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { placeOf } from './place.js';

interface ConnectionLimits {
  /** In all. */
  max: number;
  /**
   * Connections from the same address; without a limit behind a proxy, the source of all
   * connections.
   */
  maxOfPlace?: number | undefined;
}

/** Share of all places reserved for addresses with few connections. */
const reserveShare = 0.1;
const fewOfPlace = 8;

/**
 * No address takes all connections, and several together leave a reserve: the last tenth is for
 * addresses with a few connections at most, a probe among such. An excess connection is closed at
 * once.
 */
export function limitConnections(
  server: Server,
  { max, maxOfPlace = max }: ConnectionLimits,
): void {
  const openOf = new Map<string, number>();
  let open = 0;
  server.maxConnections = max;
  server.on('connection', (socket: Socket) => {
    const place = placeOf(socket.remoteAddress ?? '');
    const ofPlace = openOf.get(place) ?? 0;
    const isReserve = maxOfPlace < max && open >= max * (1 - reserveShare);
    if (ofPlace >= (isReserve ? Math.min(fewOfPlace, maxOfPlace) : maxOfPlace))
      return void socket.destroy();
    openOf.set(place, ofPlace + 1);
    open += 1;
    socket.once('close', () => {
      const rest = (openOf.get(place) ?? 1) - 1;
      if (rest === 0) openOf.delete(place);
      else openOf.set(place, rest);
      open -= 1;
    });
  });
}
