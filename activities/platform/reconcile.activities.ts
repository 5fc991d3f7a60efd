import type { Progress, Task } from './maintenance.activities.js';

/** Mended: put together again. Apart: somebody has to look. */
export const reconciledOutcomes = ['mended', 'apart'] as const;
export type ReconciledOutcome = (typeof reconciledOutcomes)[number];

export interface Reconciled {
  kind: string;
  workflowId: string;
  outcome: ReconciledOutcome;
  /** What was found: a word, or a status of Temporal's. */
  reason: string;
}
export type Found = Pick<Reconciled, 'outcome' | 'reason'>;

/** The other side of the rows. */
export interface WorkflowStandings {
  /** Of the given workflows, those that are listed as open; the list may be behind. */
  openAmong(workflowIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Exactly: RUNNING, how it ended, or MISSING. */
  standingOf(workflowId: string): Promise<string>;
}

export interface ReconcileParts {
  workflows: WorkflowStandings;
  report: (reconciled: Reconciled) => void;
}

/** What rows say is at work. */
export interface UnderWay<Row> {
  kind: string;
  /** The next rows in the order of their keys; none behind the last. */
  page: (after: Row | undefined) => Promise<Row[]>;
  workflowIdOf: (row: Row) => string;
  /** Starts its workflow as it was started first. Never does so beside a running one. */
  restart: (row: Row) => Promise<void>;
  /** Of a row whose workflow is at work: tells it what it has missed. Undefined where that was nothing. */
  tell?: (row: Row) => Promise<Found | undefined>;
}

/** What a crash of Temporal or an operator leaves. One that failed, or completed too early, would do so again. */
const restartable: ReadonlySet<string> = new Set(['MISSING', 'TERMINATED', 'CANCELLED', 'TIMED_OUT']);
const atATime = 8;

/** Has each row that is under way be one at work: what has no open workflow is started again, or reported. Safe to repeat. */
export function reconcileRows<Row>({ workflows, report }: ReconcileParts, kind: UnderWay<Row>): Task {
  const { page, workflowIdOf, restart, tell } = kind;

  async function reconcilePage(rows: readonly Row[], after: Row | undefined, progress: () => void): Promise<void> {
    const open = await workflows.openAmong(rows.map(workflowIdOf));
    const standings = new Map<string, string>();
    await each(rows, progress, async (row) => {
      const workflowId = workflowIdOf(row);
      if (!open.has(workflowId)) standings.set(workflowId, await workflows.standingOf(workflowId));
    });
    const standingOf = (row: Row): string => standings.get(workflowIdOf(row)) ?? 'RUNNING';
    if (tell)
      await each(rows, progress, async (row) => {
        if (standingOf(row) === 'RUNNING') told(row, await tell(row));
      });
    // What ended between the two looks has a row that says so.
    const isAnyClosed = [...standings.values()].some((standing) => standing !== 'RUNNING');
    await each(isAnyClosed ? await page(after) : [], progress, async (row) => {
      const reason = standingOf(row);
      if (reason === 'RUNNING') return;
      if (restartable.has(reason)) await restart(row);
      told(row, { outcome: restartable.has(reason) ? 'mended' : 'apart', reason });
    });
  }

  function told(row: Row, found: Found | undefined): void {
    if (found) report({ kind: kind.kind, workflowId: workflowIdOf(row), ...found });
  }

  return async (progress) => {
    let seen = 0;
    let after: Row | undefined;
    for (let rows = await page(after); rows.length > 0; rows = await page(after)) {
      seen += rows.length;
      await reconcilePage(rows, after, () => progress(seen));
      after = rows.at(-1);
    }
    progress(seen);
  };
}

/** A few at a time, alive between them. */
export async function each<Item>(
  items: readonly Item[],
  progress: () => void,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < items.length; at += atATime) {
    await Promise.all(items.slice(at, at + atATime).map(work));
    progress();
  }
}

export const inTurn =
  (tasks: readonly Task[]): Task =>
  async (progress: Progress) => {
    for (const task of tasks) await task(progress);
  };
