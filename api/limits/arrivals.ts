import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

const lookEveryMs = 100;
/** Less is a busy moment rather than a stop. */
const stopMs = 1_000;
/** Connections in Node's listen backlog; Node accepts a connection a turn. */
const backlog = 511;
/** Turns without an accepted connection, after which no connection was waiting. */
const quietTurns = 2;

/** When requests came, on the clock of `performance.now()`. */
export interface Arrivals {
  of(request: Pick<IncomingMessage, 'socket'>): number;
  /** Observes connections as the server accepts each. */
  watch(server: Server): void;
  stop(): void;
}

/**
 * Connections and bytes left in the sockets by a stop: their earliest time of arrival, and the
 * remaining number.
 */
interface Aftermath {
  sinceMs: number;
  /** Bytes read in a connection's first turn had arrived before. */
  isFirstTurn: boolean;
  connectionsLeft: number;
  quiet: number;
}

/**
 * A process after a stop (frozen, starved, paused with its machine) finds requests of the meantime
 * in the sockets, without times of arrival. Such requests count as having arrived when the stop
 * began: an immediate refusal costs little, and working for clients no longer waiting would cost
 * the present clients.
 */
export function createArrivals(): Arrivals {
  let lastTurnMs = performance.now();
  let aftermath: Aftermath | undefined;
  // Taken a turn later than the stop ended, and read later still.
  const waited = new WeakMap<Socket, number>();

  function look(): number {
    const nowMs = performance.now();
    if (nowMs - lastTurnMs > stopMs) {
      aftermath = { sinceMs: lastTurnMs, isFirstTurn: true, connectionsLeft: backlog, quiet: 0 };
      setImmediate(turn, aftermath);
    }
    lastTurnMs = nowMs;
    return nowMs;
  }

  function turn(pause: Aftermath): void {
    pause.isFirstTurn = false;
    pause.quiet += 1;
    if (pause.quiet <= quietTurns && pause.connectionsLeft > 0) setImmediate(turn, pause);
    else if (aftermath === pause) aftermath = undefined;
  }

  const timer = setInterval(look, lookEveryMs).unref();
  return {
    of({ socket }) {
      const nowMs = look();
      const takenMs = waited.get(socket);
      if (takenMs !== undefined) waited.delete(socket);
      return takenMs ?? (aftermath?.isFirstTurn ? aftermath.sinceMs : nowMs);
    },
    watch(server) {
      // Work before listening kept no client waiting.
      lastTurnMs = performance.now();
      server.on('connection', (socket: Socket) => {
        look();
        if (!aftermath) return;
        waited.set(socket, aftermath.sinceMs);
        aftermath.connectionsLeft -= 1;
        aftermath.quiet = 0;
      });
    },
    stop: () => clearInterval(timer),
  };
}
