import type { RoleKey } from '../../../db/setup/provision.js';

/** The servers of the run's global setup, for test files. */
export interface TestServers {
  postgres: {
    adminUrl: string;
    template: string;
    passwords: Record<RoleKey, string>;
    contextKey: string;
  };
  temporal: { address: string; namespace: string };
  /** Path of each domain's workflow bundle. */
  bundles: Record<string, string>;
}

export function testServers(): TestServers {
  const servers = process.env['MILLRACE_TEST_SERVERS'];
  if (!servers)
    throw new Error('the servers of the test run are not there; run tests through jest');
  return JSON.parse(servers) as TestServers;
}
