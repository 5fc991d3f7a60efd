import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { loadConfig } from '../config.js';
import { createDatabase, createRolePool, roleScope } from '../db/connection/database.js';
import { invariants, type InvariantId } from '../db/shared/invariant.js';
import { isSuperuser } from '../db/setup/superuser.js';
import { noAnswer, StartupFailure } from '../processes/startup-failure.js';
import { checkInvariants, type CheckParts, type Finding } from './invariants/check.js';
import { withOwnSystem } from './dev/own-system.js';
import { brokenCode, runProgram } from './process/program.js';
import { temporalServer } from './process/temporal-server.js';

/**
 * `npm run check:invariants`: looks at a running system, changes nothing, and ends with 1 where an
 * invariant is broken, with 2 where the check could not run. The system is named by
 * DATABASE_ADMIN_URL and TEMPORAL_ADDRESS, else the system of npm start.
 */
const looks = 3;
const betweenLooksMs = 3_000;

await runProgram(check);

async function check(): Promise<void> {
  const config = loadConfig(withOwnSystem(process.env), { needsKeys: false });
  const { DATABASE_ADMIN_URL: superuser, TEMPORAL_ADDRESS: address } = config;
  if (superuser === undefined || address === undefined)
    throw new StartupFailure(
      `There is no system in ${config.DATA_DIR}. Run npm start first, or set DATABASE_ADMIN_URL and TEMPORAL_ADDRESS.`,
    );
  const adminUrl = inDatabaseOf(superuser, config.DATABASE_URL ?? config.DATABASE_MIGRATION_URL);
  await assertSuperuser(adminUrl);
  const connection = await Connection.connect(temporalServer(config)).catch((error: unknown) => {
    throw noAnswer('Temporal', address, error);
  });
  const temporal = new Client({ connection, namespace: config.TEMPORAL_NAMESPACE });
  const adminPool = createRolePool(adminUrl, { max: 1 });
  const admin = roleScope(adminPool);
  // No context of ours is asked for, since a superuser passes every policy.
  const database = createDatabase({ url: adminUrl, contextKey: '', poolMax: 1 });
  try {
    for (const [id, says, breaches] of gathered(await lasting({ admin, temporal, database }))) {
      const word = breaches === undefined ? 'not asked' : breaches.length === 0 ? 'ok' : 'BROKEN';
      console.log(`${id.padEnd(4)}${word.padEnd(10)} ${says}`);
      for (const breach of breaches ?? []) console.log(`      ${breach}`);
      if (breaches?.length) process.exitCode = brokenCode;
    }
  } finally {
    await Promise.all([adminPool.end(), database.close(), connection.close()]);
  }
}

/**
 * The superuser's address names any database, as for provisioning; the roles' addresses name the
 * database to check.
 */
function inDatabaseOf(superuser: string, named: string | undefined): string {
  if (named === undefined) return superuser;
  const url = new URL(superuser);
  url.pathname = new URL(named).pathname;
  return url.href;
}

/** Any other role would see too little, and take the part for the whole. */
async function assertSuperuser(adminUrl: string): Promise<void> {
  const isAllowed = await isSuperuser(adminUrl).catch((error: unknown) => {
    throw noAnswer('PostgreSQL', new URL(adminUrl).host, error);
  });
  if (!isAllowed)
    throw new StartupFailure(
      'DATABASE_ADMIN_URL is no superuser, who alone sees past every policy.',
    );
}

/** The breaches found in every look: work under way is over by the next look. */
async function lasting(parts: CheckParts): Promise<Finding[]> {
  let findings = await checkInvariants(parts);
  for (let look = 1; look < looks && findings.some(({ breaches }) => breaches?.length); look += 1) {
    await sleep(betweenLooksMs);
    const now = await checkInvariants(parts);
    findings = findings.map((before, index) => {
      const still = now[index]?.breaches;
      return {
        ...before,
        breaches: before.breaches && still?.filter((breach) => before.breaches?.includes(breach)),
      };
    });
  }
  return findings;
}

/** By invariant; not asked where no part was asked. */
function gathered(findings: readonly Finding[]): [InvariantId, string, string[] | undefined][] {
  return (Object.keys(invariants) as InvariantId[]).map((id) => {
    const looks = findings.filter((finding) => finding.id === id && finding.breaches !== undefined);
    const breaches = looks.flatMap(({ says, breaches: lines = [] }) =>
      lines.map((each) => `${says}: ${each}`),
    );
    return [id, invariants[id], looks.length === 0 ? undefined : breaches];
  });
}
