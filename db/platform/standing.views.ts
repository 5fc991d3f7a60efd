import { builtJson, text, type Values } from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';

/** A session, user, principal, unit or key with a changed, or possibly changed, standing. */
export interface StandingChange {
  kind: 'session' | 'user' | 'principal' | 'unit' | 'signing_key' | 'api_key';
  subjectId: string;
}

const standingLook = {
  /** Start of the next look: every change uncommitted at the present look is found by the next. */
  horizon: text,
  changes: builtJson<(StandingChange & { changeId: string })[]>(),
};
type StandingLook = Values<typeof standingLook>;

/** One above the number of changes worth reporting singly. */
export const standingChangesMost = 1_000;

const horizon = 'pg_snapshot_xmin(pg_current_snapshot())::text as horizon';
const firstLook = query({
  name: 'standing.begin',
  row: standingLook,
  text: `select ${horizon}, '[]'::json as changes`,
});
const nextLook = query({
  name: 'standing.look',
  parameters: { horizon: text },
  row: standingLook,
  text: `
  select ${horizon}, coalesce((
    select json_agg(json_build_object(
      'changeId', c.change_id::text, 'kind', c.kind, 'subjectId', c.subject_id))
    from (
      select s.change_id, s.kind, s.subject_id from platform.standing_changes s
      where s.changed_in >= :horizon::xid8 order by s.changed_in limit ${standingChangesMost + 1}
    ) c), '[]') as changes`,
});

/**
 * Changes of standing, by ids, whoever is concerned, in the platform's scope; also for a role that
 * may look and not tidy up, such as the gateway's.
 */
export const standingViews = (scope: ReadScope) => ({
  /** Changes since an earlier look; without a look, the place to begin. */
  async look(since: string | undefined): Promise<StandingLook> {
    const [found] =
      since === undefined
        ? await scope.read(firstLook, {})
        : await scope.read(nextLook, { horizon: since });
    if (!found) throw new Error('a look that found nothing, not even its horizon');
    return found;
  },
});
export type StandingViews = ReturnType<typeof standingViews>;
