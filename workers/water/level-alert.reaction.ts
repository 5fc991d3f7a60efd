import type { Static } from 'typebox';
import type { Database } from '../../db/connection/database.js';
import { alertStore } from '../../db/notifications/alert.store.js';
import type { reservoirLevelStateChanged } from '../../db/water/reservoir.events.js';
import { reservoirViews } from '../../db/water/reservoir.views.js';
import type { CausingEvent, InternalConsumer } from '../relay/sink.js';
import { levelAlert } from '../../workflows/water/level-alert.rules.js';

/** A change of a reservoir's level state becomes an alert. */
export const createLevelAlertReaction = (parts: { database: Database }): InternalConsumer => ({
  name: 'level-alerts',
  on: { RESERVOIR_LEVEL_STATE_CHANGED: createLevelAlerts(parts).raiseLevelAlert },
});

export function createLevelAlerts({ database }: { database: Database }) {
  return {
    /** One alert a level change, found by the event's id: a repeat changes nothing. */
    async raiseLevelAlert({
      eventId,
      eventType,
      accountId,
      subjectId,
      payload,
    }: CausingEvent): Promise<void> {
      if (accountId === null) throw new Error('a reservoir belongs to an account');
      // The outbox has checked the payload against the event's schema.
      const { reservoir_id: _subject, ...change } = payload as Static<
        typeof reservoirLevelStateChanged.payload
      >;
      await database.transaction({ accountId }, async (scope) => {
        const reservoirName = await reservoirViews(scope).nameOf(subjectId);
        // The reservoir was deleted since: nobody is left for the alert.
        if (reservoirName === undefined) return;
        await alertStore(scope).raise({
          eventId,
          eventType,
          subjectId,
          subjectType: 'reservoir',
          contextType: 'RESERVOIR',
          ...levelAlert(change.previous_state, change.level_state),
          messageArgs: {
            reservoir_name: reservoirName,
            level_pct: change.level_pct,
            level_state: change.level_state,
          },
          dataSnapshot: change,
          deeplink: `/reservoirs/${subjectId}`,
        });
      });
    },
  };
}
