import type { Config } from '../config.js';
import type { Part } from './shared/part.js';
import { boundHeapGrowth } from './shared/heap.js';
import { openResources, type Resources } from './shared/resources.js';
import { startApi } from './api.process.js';
import { domains } from './domains.js';
import { startEventRelay } from './outbox.process.js';
import { runProcess } from './shared/process.js';

type Role = 'api' | 'workers' | 'relay';

/** What a role starts, in the order in which it stops again: nothing new comes in while what is under way ends. */
const starters: Record<Role, ((resources: Resources) => Promise<Part>)[]> = {
  api: [startApi],
  relay: [startEventRelay],
  workers: [startWorkers],
};

const rolesOf = (config: Config): Role[] => (Object.keys(starters) as Role[]).filter((role) => config.roles.has(role));

/** One process with the roles of ROLES: all of them on a laptop, one each in production. */
await runProcess('app', rolesOf, async (config, logger, metrics, log) => {
  const roles = rolesOf(config);
  // A relay's work comes in waves, and nobody waits for each piece of it as for a request.
  if (roles.every((role) => role === 'relay')) boundHeapGrowth();
  const resources = await openResources(config, logger, metrics, log);
  const wanted = roles.flatMap((role) => starters[role]);
  const parts = await Promise.all(wanted.map((start) => start(resources)));
  return [...parts, { stop: resources.close }];
});

/** Of every domain. */
async function startWorkers(resources: Resources): Promise<Part> {
  const starts = (await Promise.all(domains.map(({ workers }) => workers()))).flat();
  const parts = await Promise.all(starts.map((start) => start(resources, domains)));
  return {
    stop: async () => {
      for (const part of parts) await part.stop();
    },
  };
}
