import { text } from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query, type Query } from '../connection/query.js';

export const invariants = {
  I1: 'what was acknowledged has its row',
  I2: 'a row and its event are there together',
  I3: 'an event is sent within a minute, in its turn, or is a dead letter',
  I4: 'what was started has a workflow, or an end that is written down',
  I5: 'a step has one effect',
  I6: 'whatever runs has one open workflow, and the reverse',
  I7: 'what is derived is what its events and readings make of it',
  I8: 'a subject’s events are numbered without a gap',
  I9: 'a message that was acknowledged is there once',
  I10: 'the audit chain verifies',
  I11: 'a row is of the account that what it belongs to is of',
  I12: 'a credential is good exactly for who may use it',
} as const;
export type InvariantId = keyof typeof invariants;

/**
 * An invariant of rows, checked in one statement and so in one snapshot; found rows are breaches,
 * reported by ids only.
 */
export interface RowInvariant {
  id: InvariantId;
  says: string;
  breaches: Query<Record<never, never>, { found: string }>;
}

/** Most breaches of an invariant that are reported. */
export const limitOfFound = 20;

/** The text finds breaches, each as the column `found`. */
export const holds = (id: InvariantId, says: string, breaches: string): RowInvariant => ({
  id,
  says,
  breaches: query({
    name: nameOf(id, says),
    row: { found: text },
    text: `select b.found from (${breaches}) b limit ${limitOfFound}`,
  }),
});

/** PostgreSQL reads 63 bytes of a name, with the suffix of prepared-name.ts. */
const nameOf = (id: InvariantId, says: string): string =>
  `invariants.${id}.${says.replaceAll(/[^a-z]+/g, '_').slice(0, 32)}`;

/** In a scope that sees past every policy. */
export async function breachesOf(
  scope: ReadScope,
  { breaches }: Pick<RowInvariant, 'breaches'>,
): Promise<string[]> {
  const rows = await scope.read(breaches, {});
  return rows.map(({ found }) => found);
}
