import {
  fixedIn,
  type QuietHours,
  type Toggles,
} from '../../../workflows/identity/notice/preference.rules.js';
import { failure } from '../../../workflows/shared/failure.js';
import { boolean, json, orNull, uuid } from '../../connection/column.js';
import type { WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

const preferenceChange = query({
  name: 'preference.change',
  parameters: {
    accountId: uuid,
    principalId: uuid,
    toggles: json<Toggles>(),
    changesQuietHours: boolean,
    quietHours: orNull(json<QuietHours>()),
  },
  text: `insert into identity.notification_preferences as p (account_id, principal_id, toggles, quiet_hours)
   values (:accountId, :principalId, :toggles, :quietHours)
   on conflict (account_id, principal_id) do update set toggles = p.toggles || excluded.toggles,
     quiet_hours = case when :changesQuietHours then excluded.quiet_hours else p.quiet_hours end, updated_at = now()`,
});

/** Wishes of the scope's principal for messages of the scope's account. */
export function preferenceRecords(scope: WriteScope) {
  const { accountId, principalId } = scope;
  return {
    /** Switches and quiet hours left out stay; null ends quiet hours. */
    async update(toggles: Toggles, quietHours: QuietHours | null | undefined): Promise<void> {
      const errors = fixedIn(toggles).map((toggle) => ({
        path: `/events/${toggle.replace('.', '/channels/')}`,
        message: 'cannot be turned off',
      }));
      if (errors.length > 0) throw failure('VALIDATION_ERROR', { errors });
      await scope.run(preferenceChange, {
        accountId,
        principalId,
        toggles,
        changesQuietHours: quietHours !== undefined,
        quietHours: quietHours ?? null,
      });
    },
  };
}
