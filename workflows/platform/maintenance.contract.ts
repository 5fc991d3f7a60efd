import type { SignedStart } from '../shared/start.js';

export const platformTaskQueue = 'platform';
export const maintenanceWorkflowType = 'maintenanceWorkflow';

/** How often and when something runs. In seconds, and in UTC. */
export interface Timing {
  everySeconds: number;
  /** How long after the period's beginning. Periods are counted from midnight. */
  offsetSeconds: number;
  /** Longest random delay, so that tasks do not all run at once. */
  jitterSeconds: number;
  /** A task too late for its time still runs once within so many seconds. */
  catchUpSeconds: number;
}
/** The times of the maintenance tasks by task name; the schedule has the same name. */
export type Timetable = Readonly<Record<string, Timing>>;

const minuteSeconds = 60;
const hourSeconds = 60 * minuteSeconds;
const daySeconds = 24 * hourSeconds;

/** A run every `minutes`, `offsetMinutes` after the period's beginning. */
export const everyMinutes = (minutes: number, offsetMinutes = 0): Timing => ({
  everySeconds: minutes * minuteSeconds,
  offsetSeconds: offsetMinutes * minuteSeconds,
  jitterSeconds: Math.min(minuteSeconds, Math.floor((minutes * minuteSeconds) / 10)),
  catchUpSeconds: daySeconds,
});
/** Once a day, at a time of UTC. */
export const dailyAt = (hours: number, minutes: number): Timing => ({
  everySeconds: daySeconds,
  offsetSeconds: hours * hourSeconds + minutes * minuteSeconds,
  jitterSeconds: 5 * minuteSeconds,
  catchUpSeconds: 7 * daySeconds,
});

export interface MaintenanceInput {
  /** The name of a task. */
  task: string;
}

/** The queue is part of the id, so that schedules of several queues can share a namespace. */
export const scheduleIdOf = (taskQueue: string, task: string): string => `${taskQueue}/${task}`;

export const startOfMaintenance = (taskQueue: string, task: string): SignedStart => ({
  type: maintenanceWorkflowType,
  id: scheduleIdOf(taskQueue, task),
  accounts: [],
  isScheduled: true,
});
