import type { Timetable } from '../../workflows/platform/maintenance.contract.js';
import type { Domain } from './domain.js';

/** When the tasks of all domains run. */
export function timetableOf(domains: readonly Pick<Domain, 'tasks'>[]): Timetable {
  const tasks = domains.flatMap(({ tasks }) => Object.entries(tasks));
  const timings = new Map(tasks.map(([name, { timing }]) => [name, timing]));
  if (timings.size < tasks.length) throw new Error('two tasks have the same name');
  return Object.fromEntries(timings);
}
