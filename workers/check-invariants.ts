import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { loadConfig } from '../config.js';
import { createDatabase, createRolePool } from '../db/shared/database.js';
import { invariants, type InvariantId } from '../db/shared/invariant.js';
import { isSuperuser } from '../db/shared/superuser.js';
import { noAnswer, StartupFailure } from '../processes/startup-failure.js';
import { checkInvariants, type CheckParts, type Finding } from './invariants/check.js';
import { withOwnSystem } from './shared/own-system.js';
import { brokenCode, runProgram } from './shared/program.js';
import { temporalServer } from './shared/temporal-server.js';

/**
 * `npm run check:invariants`: looks at a running system, changes nothing, and ends with 1 where one of its invariants is broken,
 * with 2 where it could not look.
 * The system is the one that DATABASE_ADMIN_URL and TEMPORAL_ADDRESS name, else the one that npm start runs.
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
  const admin = createRolePool(adminUrl, { max: 1 });
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
    await Promise.all([admin.end(), database.close(), connection.close()]);
  }
}

/** The superuser's address names any database, as for provisioning; the roles' own name the one that is meant. */
function inDatabaseOf(superuser: string, named: string | undefined): string {
  if (named === undefined) return superuser;
  const url = new URL(superuser);
  url.pathname = new URL(named).pathname;
  return url.href;
}

/** Anybody else would see too little, and take it for whole. */
async function assertSuperuser(adminUrl: string): Promise<void> {
  const isAllowed = await isSuperuser(adminUrl).catch((error: unknown) => {
    throw noAnswer('PostgreSQL', new URL(adminUrl).host, error);
  });
  if (!isAllowed) throw new StartupFailure('DATABASE_ADMIN_URL is no superuser, who alone sees past every policy.');
}

/** What is found in every one of the looks: what is only under way is over by the next. */
async function lasting(parts: CheckParts): Promise<Finding[]> {
  let findings = await checkInvariants(parts);
  for (let look = 1; look < looks && findings.some(({ breaches }) => breaches?.length); look += 1) {
    await sleep(betweenLooksMs);
    const now = await checkInvariants(parts);
    findings = findings.map((before, at) => {
      const still = now[at]?.breaches;
      return { ...before, breaches: before.breaches && still?.filter((breach) => before.breaches?.includes(breach)) };
    });
  }
  return findings;
}

/** By invariant; not asked where no part of it was. */
function gathered(findings: readonly Finding[]): [InvariantId, string, string[] | undefined][] {
  return (Object.keys(invariants) as InvariantId[]).map((id) => {
    const asked = findings.filter((finding) => finding.id === id && finding.breaches !== undefined);
    const breaches = asked.flatMap(({ says, breaches: found = [] }) => found.map((each) => `${says}: ${each}`));
    return [id, invariants[id], asked.length === 0 ? undefined : breaches];
  });
}
