import type { Client } from '@temporalio/client';
import type { Database, ReadScope } from '../../db/connection/database.js';
import { breachesOf, invariants, type InvariantId } from '../../db/shared/invariant.js';
import { domains } from '../domains.js';
import { acknowledgedLost, type Acknowledged } from './acknowledged.js';
import { chainsBroken } from './audit-chains.js';
import { rowInvariants } from './rows.js';

export interface CheckParts {
  /** As a superuser, past every policy. */
  admin: ReadScope;
  temporal: Client;
  /** Without the notes nobody knows the promises, and I1 is not asked. */
  acknowledged?: Acknowledged | undefined;
  /** The way to audit chains; without a database I10 is not asked. */
  database?: Pick<Database, 'reads'> | undefined;
  /** For each kind, how many of the newest rows are compared with their workflows. */
  limit?: number;
}

/** One invariant and the breaches, by ids only; undefined where the check could not run. */
export interface Finding {
  id: InvariantId;
  says: string;
  breaches: string[] | undefined;
}

/** Asks every invariant once, and only reads. Work under way may look like a breach: look again. */
export async function checkInvariants(parts: CheckParts): Promise<Finding[]> {
  const { admin, temporal, acknowledged, database, limit = 5_000 } = parts;
  const findings: Finding[] = [];
  const missing = acknowledged && (await acknowledgedLost(admin, acknowledged));
  findings.push({ id: 'I1', says: 'by the clients’ own lists', breaches: missing });
  const broken = database && (await chainsBroken(database));
  findings.push({ id: 'I10', says: 'entry by entry', breaches: broken });
  for (const rows of rowInvariants)
    findings.push({ id: rows.id, says: rows.says, breaches: await breachesOf(admin, rows) });
  const ofWorkflows = await Promise.all(domains.map((domain) => domain.invariants()));
  for (const { id, says, breaches } of ofWorkflows.flat())
    findings.push({ id, says, breaches: await breaches({ admin, temporal, limit }) });
  const order = Object.keys(invariants);
  return findings.sort((one, other) => order.indexOf(one.id) - order.indexOf(other.id));
}

/** Every breach, in words; none when all is well. */
export async function findBreaches(parts: CheckParts): Promise<string[]> {
  const findings = await checkInvariants(parts);
  return findings.flatMap(({ id, says, breaches = [] }) =>
    breaches.map((breach) => `${id} ${says}: ${breach}`),
  );
}
