import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

const lookEveryMs = 100;
/** Less is a busy moment rather than a stop. */
const stopMs = 1_000;
/** As many connections as wait to be taken (Node's own backlog); Node takes one a turn. */
const backlog = 511;
/** Turns in which none is taken, after which none had waited. */
const quietTurns = 2;

/** When requests came, on the clock of `performance.now()`. */
export interface Arrivals {
  of(request: Pick<IncomingMessage, 'socket'>): number;
  /** Hears of connections as they are taken. */
  watch(server: Server): void;
  stop(): void;
}

/** What is found in the sockets after a stop: from when it may be, and how much more of it there can be. */
interface Aftermath {
  sinceMs: number;
  /** What is read in its first turn was there before. */
  isFirstTurn: boolean;
  connectionsLeft: number;
  quiet: number;
}

/**
 * A process that was stopped (frozen, starved, paused with its machine) finds in its sockets what came meanwhile, and nothing says
 * when. So that counts as having come when the stop began: answering at once that it was too much costs little, and working off what
 * nobody waits for any more would cost those who ask now.
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

  function turn(of: Aftermath): void {
    of.isFirstTurn = false;
    of.quiet += 1;
    if (of.quiet <= quietTurns && of.connectionsLeft > 0) setImmediate(turn, of);
    else if (aftermath === of) aftermath = undefined;
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
      // What the process did before it listened kept nobody waiting.
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
