import type { Static } from 'typebox';
import type { Database } from '../../db/shared/database.js';
import { raiseAlert } from '../../db/water/alert.store.js';
import type { reservoirLevelStateChanged } from '../../db/water/reservoir.events.js';
import { readReservoirName } from '../../db/water/level.store.js';
import { levelAlert } from '../../workflows/water/alert.rules.js';

/** What an alert needs of the event that causes it. */
export interface CausingEvent {
  eventId: string;
  accountId: string | null;
  eventType: string;
  subjectId: string;
  payload: Record<string, unknown>;
}

export function createAlertActivities({ database }: { database: Database }) {
  return {
    /** One alert a level change, found by the event's id: delivered again, it does nothing. */
    async raiseLevelAlert({ eventId, eventType, accountId, subjectId, payload }: CausingEvent): Promise<void> {
      if (accountId === null) throw new Error('a reservoir belongs to an account');
      // The outbox has checked the payload against its schema.
      const { reservoir_id: _subject, ...change } = payload as Static<typeof reservoirLevelStateChanged.payload>;
      await database.inAccount(accountId, async (trx) => {
        const reservoirName = await readReservoirName(trx, accountId, subjectId);
        // Deleted since: nobody is left to be told of its level.
        if (reservoirName === undefined) return;
        await raiseAlert(trx, {
          ...{ accountId, eventId, eventType, subjectId, subjectType: 'reservoir', contextType: 'RESERVOIR' },
          ...levelAlert(change.previous_state, change.level_state),
          messageArgs: { reservoir_name: reservoirName, level_pct: change.level_pct, level_state: change.level_state },
          dataSnapshot: change,
          deeplink: `/reservoirs/${subjectId}`,
        });
      });
    },
  };
}
