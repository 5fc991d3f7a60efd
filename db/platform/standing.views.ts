import { statement, type Database } from '../shared/database.js';

/** Somebody whose standing is not what it was, or may not be. */
export interface StandingChange {
  kind: 'session' | 'user' | 'principal' | 'unit';
  subjectId: string;
}
export interface StandingLook {
  /** What to look behind the next time: all that was not committed at this look is found by the next one. */
  horizon: string;
  changes: (StandingChange & { changeId: string })[];
}

/** One more than are worth telling one by one. */
export const standingChangesMost = 1_000;

const look = statement(
  'standing.look',
  `select pg_snapshot_xmin(pg_current_snapshot())::text as horizon, coalesce((select json_agg(c) from (
     select s.change_id::text as "changeId", s.kind, s.subject_id as "subjectId" from platform.standing_changes s
     where s.changed_in >= $1::text::xid8 order by s.changed_in limit ${standingChangesMost + 1}) c), '[]') as changes`,
);
const begin = statement(
  'standing.begin',
  `select pg_snapshot_xmin(pg_current_snapshot())::text as horizon, '[]'::json as changes`,
);
const tidy = statement(
  'standing.tidy',
  `delete from platform.standing_changes where changed_at < now() - interval '10 minutes'`,
);

/** What has changed, whoever is meant: ids. For a role that may look and not tidy up, as the gateway's. */
export function createStandingLook({ read }: Pick<Database, 'read'>) {
  return {
    /** What has changed since a look before, or where to begin. */
    async look(horizon: string | undefined): Promise<StandingLook> {
      const [found] = await (horizon === undefined
        ? read.inPlatform<StandingLook>(begin, [])
        : read.inPlatform<StandingLook>(look, [horizon]));
      if (!found) throw new Error('a look that found nothing, not even its horizon');
      return found;
    },
  };
}

/** Under the platform's context. */
export function createStandingViews({ read, write }: Pick<Database, 'read' | 'write'>) {
  return {
    look: createStandingLook({ read }).look,
    /** Forgets what everybody has seen long ago. */
    tidy: async (): Promise<void> => void (await write.inPlatform(tidy, [])),
  };
}
export type StandingViews = ReturnType<typeof createStandingViews>;
