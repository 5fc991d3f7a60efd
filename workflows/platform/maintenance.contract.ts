import type { SignedStart } from '../shared/start.js';

export const platformTaskQueue = 'platform';
export const maintenanceWorkflowType = 'maintenanceWorkflow';

/** How often and when something runs. In seconds, and in UTC. */
export interface Timing {
  everySeconds: number;
  /** How long after the period's beginning. Periods are counted from midnight. */
  offsetSeconds: number;
  /** Up to this much may be added, so that not everything runs at once. */
  jitterSeconds: number;
  /** What could not run in time still runs this much later, once. */
  catchUpSeconds: number;
}

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

const every = (everySeconds: number, offsetSeconds = 0): Timing => ({
  ...{ everySeconds, offsetSeconds, jitterSeconds: Math.min(minute, Math.floor(everySeconds / 10)) },
  catchUpSeconds: day,
});
const dailyAt = (hours: number, minutes: number): Timing => ({
  ...{ everySeconds: day, offsetSeconds: hours * hour + minutes * minute, jitterSeconds: 5 * minute },
  catchUpSeconds: 7 * day,
});

/** Every task of maintenance and when it runs; a schedule has the name of its task. */
export const maintenanceSchedules = {
  'make-partitions': every(6 * hour, 5 * minute),
  'drop-old-partitions': dailyAt(3, 10),
  'sweep-objects': dailyAt(3, 30),
  // Days that were missed are signed by the next run, one after the other.
  'sign-audit-checkpoints': dailyAt(0, 20),
  // Whether a witness is due: after some minutes or some number of entries, as the configuration says.
  'sign-audit-witness': every(minute),
  // A code lives for ten minutes, so what was lost of its delivery has to be found within them.
  reconcile: every(5 * minute),
  'purge-registrations': every(10 * minute),
  'purge-effects': every(hour, 10 * minute),
  'purge-requests': every(hour, 40 * minute),
  'purge-deliveries': every(hour, 25 * minute),
  'purge-mailbox': dailyAt(3, 50),
  'purge-audit-exports': dailyAt(4, 10),
  'purge-audit-witnesses': dailyAt(4, 30),
} as const satisfies Record<string, Timing>;
export type MaintenanceTask = keyof typeof maintenanceSchedules;
export const maintenanceTasks = Object.keys(maintenanceSchedules) as MaintenanceTask[];

export interface MaintenanceInput {
  task: MaintenanceTask;
}

/** A queue's schedules are its own, so that several can be beside each other in one namespace. */
export const scheduleIdOf = (taskQueue: string, task: MaintenanceTask): string => `${taskQueue}/${task}`;

export const startOfMaintenance = (taskQueue: string, task: MaintenanceTask): SignedStart => ({
  ...{ type: maintenanceWorkflowType, id: scheduleIdOf(taskQueue, task), accounts: [], isScheduled: true },
});
