import type { Task } from '../../activities/platform/maintenance.activities.js';
import type { ReconcileParts } from '../../activities/platform/reconcile.activities.js';
import type { Workflows } from '../../api/shared/workflows.js';
import type { Part } from './part.js';
import type { Resources } from './resources.js';
import type { InternalConsumer } from './sink.js';
import type { ListedStandings } from './workflow-standings.js';

/**
 * What a domain gives the processes. `workers/domains.ts` lists all of them; each process maps over that list. What workers run is
 * loaded by workers alone: the relay reads neither their settings nor their keys.
 */
export interface Domain {
  /** As its folders are called. */
  name: string;
  /** A worker for each of its task queues. The worker of maintenance does what all domains have to have done. */
  workers: () => Promise<readonly WorkerStart[]>;
  /** What events lead to, its own and others'. */
  reactions: (resources: Resources) => readonly InternalConsumer[];
  /** Kinds of its rows of which each has a workflow at work while it is under way. */
  reconciliations: (parts: ReconciliationParts) => Promise<readonly Reconciliation[]>;
}

export type WorkerStart = (resources: Resources, domains: readonly Domain[]) => Promise<Part>;

export interface Reconciliation {
  kind: string;
  task: Task;
}

export interface ReconciliationParts {
  resources: Resources;
  workflows: Workflows;
  standings: ListedStandings;
  reconcile: ReconcileParts;
  /** How long a row that is apart from its workflow is left alone. */
  rowGraceMs: number;
  /** How long a workflow that is apart from its row is. */
  workflowGraceMs: number;
}
