import type { StatementScope } from '../connection/database.js';
import { query } from '../connection/query.js';

const changeRemoval = query({
  name: 'standing.tidy',
  text: `delete from platform.standing_changes s where s.changed_at < now() - interval '10 minutes'`,
});

/** Of the changes of standing, in the platform's scope. */
export const standingStore = (scope: StatementScope) => ({
  /** Deletes changes seen by every process long ago. */
  async tidy(): Promise<void> {
    await scope.run(changeRemoval, {});
  },
});
