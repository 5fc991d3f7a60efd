import type { AccessNote, AccessNoteInbox } from '../../db/devices/access/access-note.inbox.js';
import type { Logger } from '../observability/logger.js';
import type { Part } from '../../processes/part.js';
import { startTally } from './tally.js';

/**
 * A device in `connected` has proved a password, so strangers cannot make up names there; `refused`
 * holds any device's name that a stranger gives.
 */
const most = { connected: 50_000, refused: 1_000 };

export interface AccessNotes extends Part {
  connected(deviceId: string, address: string | undefined): void;
  refused(deviceId: string, reason: string, address: string | undefined): void;
}

interface Connected {
  atMs: number;
  address: string | undefined;
}
interface Refused extends Connected {
  reason: string;
  count: number;
}

/**
 * Keeps the last connection and the last refusal of each device, for a search after a silent
 * device.
 */
export function startAccessNotes(parts: {
  inbox: AccessNoteInbox;
  logger: Logger;
  everyMs?: number;
}): AccessNotes {
  const { inbox, logger, everyMs = 5_000 } = parts;

  const tally = startTally<{ connected: Connected; refused: Refused }>({
    most,
    everyMs,
    async report({ connected, refused }) {
      const deviceIds = [...new Set([...connected.keys(), ...refused.keys()])];
      if (deviceIds.length === 0) return;
      const now = performance.now();
      await inbox
        .take(
          deviceIds.map((deviceId) =>
            noteOf(deviceId, connected.get(deviceId), refused.get(deviceId), now),
          ),
        )
        .catch((error: unknown) =>
          logger.warn({ err: error, count: deviceIds.length }, 'it was not noted who came in'),
        );
    },
  });
  return {
    connected(deviceId, address) {
      const note = tally.entry('connected', deviceId, () => ({ atMs: 0, address }));
      if (note) Object.assign(note, { atMs: performance.now(), address });
    },
    refused(deviceId, reason, address) {
      const note = tally.entry('refused', deviceId, () => ({ atMs: 0, address, reason, count: 0 }));
      if (note)
        Object.assign(note, { atMs: performance.now(), address, reason, count: note.count + 1 });
    },
    stop: tally.stop,
  };
}

const noteOf = (
  deviceId: string,
  connected: Connected | undefined,
  refused: Refused | undefined,
  nowMs: number,
): AccessNote => ({
  deviceId,
  connectedAgoMs: connected ? nowMs - connected.atMs : null,
  connectedFrom: connected?.address ?? null,
  refusedAgoMs: refused ? nowMs - refused.atMs : null,
  refusedFrom: refused?.address ?? null,
  refusalReason: refused?.reason ?? null,
  refusedCount: refused?.count ?? 0,
});
