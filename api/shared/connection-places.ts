import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { placeOf } from './place.js';

export interface ConnectionLimits {
  /** In all. */
  max: number;
  /** From one address; without it there is none, as behind a proxy, from which all come. */
  maxOfPlace?: number | undefined;
}

/** The share of all places that is kept for addresses that have next to none. */
const reserveShare = 0.1;
const fewOfPlace = 8;

/**
 * No address takes all connections, and several together leave a reserve: the last tenth is for those that have a few at most, a
 * probe among them. What is too much is closed at once.
 */
export function limitConnections(server: Server, { max, maxOfPlace = max }: ConnectionLimits): void {
  const openOf = new Map<string, number>();
  let open = 0;
  server.maxConnections = max;
  server.on('connection', (socket: Socket) => {
    const place = placeOf(socket.remoteAddress ?? '');
    const ofPlace = openOf.get(place) ?? 0;
    const isReserve = maxOfPlace < max && open >= max * (1 - reserveShare);
    if (ofPlace >= (isReserve ? Math.min(fewOfPlace, maxOfPlace) : maxOfPlace)) return void socket.destroy();
    openOf.set(place, ofPlace + 1);
    open += 1;
    socket.once('close', () => {
      const left = (openOf.get(place) ?? 1) - 1;
      if (left === 0) openOf.delete(place);
      else openOf.set(place, left);
      open -= 1;
    });
  });
}
