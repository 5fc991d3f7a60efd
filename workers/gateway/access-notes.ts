import type { AccessNote, AccessNoteInbox } from '../../db/water/access-note.inbox.js';
import type { Logger } from '../shared/logger.js';
import type { Part } from '../shared/part.js';

/** Devices that are noted between two reports; a device that comes in knows its password, so these are no strangers' names. */
const mostDevices = 50_000;
/** Strangers may name any device. */
const mostRefused = 1_000;

export interface AccessNotes extends Part {
  connected(deviceId: string, address: string | undefined): void;
  refused(deviceId: string, reason: string, address: string | undefined): void;
}

interface Noted {
  connected?: { atMs: number; address: string | undefined };
  refused?: { atMs: number; address: string | undefined; reason: string; count: number };
}

/** Keeps how each device last came in and was last refused, for whoever looks why it is not heard of. */
export function startAccessNotes(parts: { inbox: AccessNoteInbox; logger: Logger; everyMs?: number }): AccessNotes {
  const { inbox, logger, everyMs = 5_000 } = parts;
  let noted = new Map<string, Noted>();
  let refusedCount = 0;
  let reporting = Promise.resolve();

  async function report(): Promise<void> {
    const taken = noted;
    noted = new Map();
    refusedCount = 0;
    if (taken.size === 0) return;
    const now = performance.now();
    await inbox
      .take([...taken].map(([deviceId, each]) => noteOf(deviceId, each, now)))
      .catch((error: unknown) => logger.warn({ err: error, count: taken.size }, 'it was not noted who came in'));
  }

  const timer = setInterval(() => {
    reporting = reporting.then(report);
  }, everyMs);
  return {
    connected(deviceId, address) {
      const known = noted.get(deviceId);
      if (!known && noted.size >= mostDevices) return;
      noted.set(deviceId, { ...known, connected: { atMs: performance.now(), address } });
    },
    refused(deviceId, reason, address) {
      const known = noted.get(deviceId);
      if (!known?.refused && (refusedCount += 1) > mostRefused) return;
      const count = (known?.refused?.count ?? 0) + 1;
      noted.set(deviceId, { ...known, refused: { atMs: performance.now(), address, reason, count } });
    },
    stop: async () => {
      clearInterval(timer);
      await reporting;
      await report();
    },
  };
}

const noteOf = (deviceId: string, { connected, refused }: Noted, nowMs: number): AccessNote => ({
  deviceId,
  connectedAgoMs: connected ? nowMs - connected.atMs : null,
  connectedFrom: connected?.address ?? null,
  refusedAgoMs: refused ? nowMs - refused.atMs : null,
  refusedFrom: refused?.address ?? null,
  refusalReason: refused?.reason ?? null,
  refusedCount: refused?.count ?? 0,
});
