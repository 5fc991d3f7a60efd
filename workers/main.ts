import type { Config } from '../config.js';
import type { Part } from '../processes/part.js';
import { boundHeapGrowth } from './process/heap.js';
import { openResources, type Resources } from './process/resources.js';
import { startApi } from './api.process.js';
import { domains, workerStarts } from './domains.js';
import { startEventRelay } from './outbox.process.js';
import { runProcess } from './process/process.js';

type Role = 'api' | 'workers' | 'relay';

/**
 * The parts of a role, in the order of their stop: new work ends first, and work under way can
 * finish.
 */
const starters: Record<Role, ((resources: Resources) => Promise<Part>)[]> = {
  api: [startApi],
  relay: [startEventRelay],
  workers: [startWorkers],
};

const rolesOf = (config: Config): Role[] =>
  (Object.keys(starters) as Role[]).filter((role) => config.roles.has(role));

/** One process with the roles of ROLES: all roles on a laptop, a single role each in production. */
await runProcess('app', rolesOf, async (config, logger, metrics, log) => {
  const roles = rolesOf(config);
  // A relay's work comes in waves, and nobody waits for a piece as for a request.
  if (roles.every((role) => role === 'relay')) boundHeapGrowth();
  const resources = await openResources(config, logger, metrics, log);
  const wanted = roles.flatMap((role) => starters[role]);
  const parts = await Promise.all(wanted.map((start) => start(resources)));
  return [...parts, { stop: resources.close }];
});

/** Of every domain. */
async function startWorkers(resources: Resources): Promise<Part> {
  const starts = await workerStarts();
  const parts = await Promise.all(starts.map((start) => start(resources, domains)));
  return {
    stop: async () => {
      for (const part of parts) await part.stop();
    },
  };
}
