import { databaseNow } from '../../db/connection/database-clock.js';
import type { Progress, Task } from '../../activities/platform/maintenance.activities.js';

/** Mended: put together again. Apart: somebody has to look. */
export const reconciledOutcomes = ['mended', 'apart'] as const;
type ReconciledOutcome = (typeof reconciledOutcomes)[number];

export interface Reconciled {
  kind: string;
  workflowId: string;
  outcome: ReconciledOutcome;
  /** The reason: a word, or a status of Temporal's. */
  reason: string;
}
export type Found = Pick<Reconciled, 'outcome' | 'reason'>;

/** The workflows of a type on a queue. */
interface WorkflowKind {
  workflowType: string;
  taskQueue: string;
}

/** Temporal's view of workflows: by the list, which may be behind, or exactly. */
export interface WorkflowStandings {
  /** The given workflows listed as open. */
  openAmong(workflowIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Exactly: RUNNING, the status at the end, or MISSING. */
  standingOf(workflowId: string): Promise<string>;
  /** The ids of workflows listed as open and started before a moment, a page at a time. */
  openPages(kind: WorkflowKind, startedBefore: Date): AsyncGenerator<string[]>;
}

interface ReconcileParts {
  workflows: WorkflowStandings;
  report: (reconciled: Reconciled) => void;
  /** How long a workflow apart from the row is left alone. */
  workflowGraceMs: number;
}

/** A row with a workflow at work. */
interface RowOfWorkflow {
  hasEnded: boolean;
  /** Tells the workflow the missed changes. Undefined where there were none. */
  tell: () => Promise<Found | undefined>;
}

/** Workflows that start before their rows exist, and wait for the rows. */
interface EarlyWorkflows extends WorkflowKind {
  /** The existing rows, by the ids of their workflows. */
  rowsOf(workflowIds: readonly string[]): Promise<ReadonlyMap<string, RowOfWorkflow>>;
}

/** Rows of one kind under way. */
interface UnderWay<Row> {
  kind: string;
  /**
   * Lists of rows. Each list answers the next rows in the order of their keys; none behind the
   * last.
   */
  lists: readonly ((after?: Row) => Promise<Row[]>)[];
  workflowIdOf: (row: Row) => string;
  /** Starts the row's workflow as at first. Never starts a second beside a running one. */
  restart: (row: Row) => Promise<void>;
  /**
   * For a row with a workflow at work: tells the workflow the missed changes. Undefined where there
   * were none.
   */
  tell?: (row: Row) => Promise<Found | undefined>;
  /** Workflows overdue by their rows. Left out, the workflows of the first rows. */
  late?: (limit: number) => Promise<string[]>;
  early?: EarlyWorkflows;
}

/** A kind of row and the kind's workflows, to compare. */
export interface Reconciliation {
  kind: string;
  /** Has rows and workflows be together again. Safe to repeat. */
  task: (parts: ReconcileParts) => Task;
  /** The ids of workflows with a possible wait, so many at most. */
  late: (limit: number) => Promise<string[]>;
  early: EarlyWorkflows | undefined;
}

export function reconciliationOf<Row>(underWay: UnderWay<Row>): Reconciliation {
  const { kind, lists, workflowIdOf, early } = underWay;
  const firstRows = async (): Promise<string[]> =>
    (await Promise.all(lists.map((list) => list()))).flat().map(workflowIdOf);
  const { late = firstRows } = underWay;
  return {
    kind,
    task: (parts) =>
      inTurn([
        ...lists.map((list) => rowsTask(parts, underWay, list)),
        ...(early ? [earlyTask(parts, kind, early)] : []),
      ]),
    late: async (limit) => (await late(limit)).slice(0, limit),
    early,
  };
}

/**
 * Ends by a crash of Temporal or an operator. A workflow that failed, or completed too early, would
 * do so again.
 */
const restartable: ReadonlySet<string> = new Set([
  'MISSING',
  'TERMINATED',
  'CANCELLED',
  'TIMED_OUT',
]);
const atATime = 8;

/**
 * Ensures an open workflow for each row under way: starts a lost workflow again, or reports the
 * row.
 */
function rowsTask<Row>(
  { workflows, report }: ReconcileParts,
  { kind, workflowIdOf, restart, tell }: UnderWay<Row>,
  list: (after?: Row) => Promise<Row[]>,
): Task {
  async function reconcilePage(
    rows: readonly Row[],
    after: Row | undefined,
    progress: () => void,
  ): Promise<void> {
    const open = await workflows.openAmong(rows.map(workflowIdOf));
    const standings = new Map<string, string>();
    await each(rows, progress, async (row) => {
      const workflowId = workflowIdOf(row);
      if (!open.has(workflowId)) standings.set(workflowId, await workflows.standingOf(workflowId));
    });
    const standingOf = (row: Row): string => standings.get(workflowIdOf(row)) ?? 'RUNNING';
    if (tell)
      await each(rows, progress, async (row) => {
        if (standingOf(row) === 'RUNNING') reportRow(row, await tell(row));
      });
    // A workflow with an end between the two looks has a row that says so.
    const isAnyClosed = [...standings.values()].some((standing) => standing !== 'RUNNING');
    await each(isAnyClosed ? await list(after) : [], progress, async (row) => {
      const reason = standingOf(row);
      if (reason === 'RUNNING') return;
      if (restartable.has(reason)) await restart(row);
      reportRow(row, { outcome: restartable.has(reason) ? 'mended' : 'apart', reason });
    });
  }

  function reportRow(row: Row, finding: Found | undefined): void {
    if (finding) report({ kind, workflowId: workflowIdOf(row), ...finding });
  }

  return async (progress) => {
    let count = 0;
    let after: Row | undefined;
    for (let rows = await list(after); rows.length > 0; rows = await list(after)) {
      count += rows.length;
      await reconcilePage(rows, after, () => progress(count));
      after = rows.at(-1);
    }
    progress(count);
  };
}

/**
 * The other way round: a workflow at work on an ended row is told of the end; a workflow without a
 * row is reported.
 */
function earlyTask(
  { workflows, report, workflowGraceMs }: ReconcileParts,
  kind: string,
  early: EarlyWorkflows,
): Task {
  /** The list may be behind: a refused workflow has no row, and ends. */
  async function withoutRow(workflowId: string): Promise<Found | undefined> {
    const standing = await workflows.standingOf(workflowId);
    return standing === 'RUNNING' ? { outcome: 'apart', reason: 'NO_ROW' } : undefined;
  }

  return async (progress) => {
    const startedBefore = new Date(databaseNow() - workflowGraceMs);
    let count = 0;
    for await (const workflowIds of workflows.openPages(early, startedBefore)) {
      const rows = await early.rowsOf(workflowIds);
      count += workflowIds.length;
      await each(
        workflowIds,
        () => progress(count),
        async (workflowId) => {
          const row = rows.get(workflowId);
          if (row && !row.hasEnded) return;
          const finding = await (row ? row.tell() : withoutRow(workflowId));
          if (finding) report({ kind, workflowId, ...finding });
        },
      );
    }
  };
}

/** A few at a time, with a heartbeat between. */
async function each<Item>(
  items: readonly Item[],
  progress: () => void,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < items.length; start += atATime) {
    await Promise.all(items.slice(start, start + atATime).map(work));
    progress();
  }
}

export const inTurn =
  (tasks: readonly Task[]): Task =>
  async (progress: Progress) => {
    for (const task of tasks) await task(progress);
  };
