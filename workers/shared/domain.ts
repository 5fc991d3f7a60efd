import type { Client } from '@temporalio/client';
import type pg from 'pg';
import type { TObject } from 'typebox';
import type { Task } from '../../activities/platform/maintenance.activities.js';
import type { Authentication } from '../../api/authentication/authentication.js';
import type { MeasuredKind } from '../../db/devices/measured-kind.contract.js';
import type { MeasuredKindSchemas } from '../../api/devices/measured-kind.contract.js';
import type { ResourceQueries } from '../../api/pipeline/owner.js';
import type { Route } from '../../api/route/route.js';
import type { Cursors } from '../../api/shared/cursor.js';
import type { EventStreams } from '../../api/shared/event-streams.js';
import type { Schedules } from '../../api/shared/schedules.js';
import type { Workflows } from '../../api/shared/workflows.js';
import type { ReadScope, StatementScope } from '../../db/connection/database.js';
import type { DatabaseDomain } from '../../db/shared/domain.js';
import type { EventDefinition } from '../../db/shared/event.js';
import type { InvariantId } from '../../db/shared/invariant.js';
import type { Part } from '../../processes/part.js';
import type { Timing } from '../../workflows/platform/maintenance.contract.js';
import type { Reconciliation } from '../maintenance/reconciliation.js';
import type { Resources } from '../process/resources.js';
import type { InternalConsumer } from '../relay/sink.js';

/**
 * A domain's contract with the processes (docs/decisions/0002). `workers/domains.ts` lists all
 * domains; each process maps over the list. A process loads only the parts to run, so the relay
 * reads neither the settings nor the keys of routes, workers and tasks.
 */
export interface Domain {
  /** The name of the domain's folders. */
  name: string;
  database: DatabaseDomain;
  /**
   * The schemas of the domain's things in requests and answers about devices, where devices measure
   * the things (docs/decisions/0022).
   */
  measuredKinds?: () => Promise<readonly MeasuredKindSchemas[]>;
  /** For the API. */
  routes: (parts: RouteParts) => Promise<DomainRoutes>;
  /**
   * A worker for each task queue of the domain. The worker of maintenance runs the tasks of all
   * domains.
   */
  workers: () => Promise<readonly WorkerStart[]>;
  /** Reactions to events of every domain. */
  reactions: (resources: Resources, domains: readonly Domain[]) => readonly InternalConsumer[];
  /** Repeated work, by the name of the schedule. */
  tasks: Readonly<Record<string, DomainTask>>;
  /** Kinds of the domain's rows; each row under way has a workflow at work. */
  reconciliations: (parts: ReconciliationParts) => Promise<readonly Reconciliation[]>;
  /** Invariants of the domain's rows and workflows, taken together. */
  invariants: () => Promise<readonly WorkflowInvariant[]>;
}

/** Every measured kind. */
export const measuredKindsOf = (
  domains: readonly Pick<Domain, 'database'>[],
): readonly MeasuredKind[] => domains.flatMap(({ database }) => database.measuredKinds ?? []);

/** The parts for a domain's routes. */
export interface RouteParts {
  resources: Resources;
  domains: readonly Domain[];
  catalogue: readonly EventDefinition<TObject>[];
  authentication: Authentication;
  workflows: Workflows;
  schedules: Schedules;
  streams: EventStreams;
  cursors: Cursors;
  /** Of Millrace. */
  version: string;
  /** Opens a pool of another role, closed with the API. */
  openPool: (url: string) => Promise<pg.Pool>;
  /** Every route of the API; asked at each request. */
  listRoutes: () => readonly Route[];
  /** How resources of every domain are found; asked at each request. */
  listResources: () => ResourceQueries;
}

export interface DomainRoutes {
  routes: readonly Route[];
  /** How the owner of a resource in a path is found. */
  resources?: ResourceQueries;
  /** Closes the resources of the routes. */
  close?: () => void;
}

export type WorkerStart = (resources: Resources, domains: readonly Domain[]) => Promise<Part>;

interface DomainTask {
  timing: Timing;
  open: (parts: TaskParts) => Promise<Task>;
}

export interface TaskParts {
  resources: Resources;
  domains: readonly Domain[];
  /** As millrace_relay, the only role with the right to delete obsolete rows. */
  relay: StatementScope;
}

export interface ReconciliationParts {
  resources: Pick<Resources, 'config' | 'database' | 'temporal' | 'queueOf'>;
  workflows: Workflows;
  /** How long a row apart from the row's workflow is left alone. */
  rowGraceMs: number;
}

export interface WorkflowInvariant {
  id: InvariantId;
  says: string;
  /** The breaches, by ids only. Work under way may look like a breach: look again. */
  breaches: (sides: InvariantSides) => Promise<string[]>;
}

export interface InvariantSides {
  /** As a superuser, past every policy. */
  admin: ReadScope;
  temporal: Client;
  /** Of each kind, how many of the newest are looked at. */
  limit: number;
}
