import type { Client } from '@temporalio/client';
import type { Database } from '../../db/shared/database.js';
import { breachesOf, invariants, type AdminConnection, type InvariantId } from '../../db/shared/invariant.js';
import { acknowledgedLost, type Acknowledged } from './acknowledged.js';
import { chainsBroken } from './audit-chains.js';
import { createInvariantViews, rowInvariants } from './rows.js';
import { deliveriesLost, devicesApart, exportsLost, ordersApart, ordersUntold, type Sides } from './workflows.js';

export interface CheckParts {
  /** As a superuser, past every policy. */
  admin: AdminConnection;
  temporal: Client;
  /** Without it nobody knows what was promised, and I1 is not asked. */
  acknowledged?: Acknowledged | undefined;
  /** To read audit chains by; without it I10 is not asked. */
  database?: Database | undefined;
  /** Of each kind, how many of the newest are compared with their workflows. */
  limit?: number;
}

/** One invariant and what breaks it, by ids only; undefined where it could not be asked. */
export interface Finding {
  id: InvariantId;
  says: string;
  breaches: string[] | undefined;
}

type Question = [id: InvariantId, says: string, ask: (sides: Sides) => Promise<string[]>];
const ofBothSides: readonly Question[] = [
  ['I4', 'a code’s delivery', deliveriesLost],
  ['I4', 'an export of the audit log', exportsLost],
  ['I6', 'an order and its workflow', ordersApart],
  ['I6', 'a device and its workflow', devicesApart],
  ['I7', 'an order is what its events say', ordersUntold],
];

/** Asks every invariant once, and only reads. What is under way may look like a breach: look again. */
export async function checkInvariants(parts: CheckParts): Promise<Finding[]> {
  const { admin, temporal, acknowledged, database, limit = 5_000 } = parts;
  const views = createInvariantViews(admin);
  const findings: Finding[] = [];
  const lost = acknowledged && (await acknowledgedLost(views, acknowledged));
  findings.push({ id: 'I1', says: 'by the clients’ own lists', breaches: lost });
  const broken = database && (await chainsBroken(database));
  findings.push({ id: 'I10', says: 'entry by entry', breaches: broken });
  for (const rows of rowInvariants) findings.push({ ...rows, breaches: await breachesOf(admin, rows) });
  for (const [id, says, ask] of ofBothSides)
    findings.push({ id, says, breaches: await ask({ views, temporal, limit }) });
  const order = Object.keys(invariants);
  return findings.sort((one, other) => order.indexOf(one.id) - order.indexOf(other.id));
}

/** Every breach, in words; none when all is well. */
export async function findBreaches(parts: CheckParts): Promise<string[]> {
  const findings = await checkInvariants(parts);
  return findings.flatMap(({ id, says, breaches = [] }) => breaches.map((found) => `${id} ${says}: ${found}`));
}
