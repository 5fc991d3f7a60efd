import { Type } from 'typebox';
import { startOfMaintenance } from '../../workflows/platform/maintenance.contract.js';
import { type InputsOf } from '../shared/input.js';
import type { createMaintenanceActivities } from './maintenance.activities.js';

/** Also accepts a task of a later version, left to workers of the later version. */
const task = Type.String({ pattern: '^[a-z]+(-[a-z]+)*$', maxLength: 64 });

export const maintenanceInputs: InputsOf<ReturnType<typeof createMaintenanceActivities>> = {
  runTask: {
    schemas: [task],
    startOf: ([name], taskQueue) => startOfMaintenance(taskQueue, name),
    example: ['purge-mailbox'],
  },
};
