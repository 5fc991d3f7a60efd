import type pg from 'pg';

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
} as const;
export type InvariantId = keyof typeof invariants;

/** What must hold of the rows at any moment, in one statement and so in one snapshot; what it finds breaks it, by ids only. */
export interface RowInvariant {
  id: InvariantId;
  says: string;
  query: string;
}
export const holds = (id: InvariantId, says: string, query: string): RowInvariant => ({ id, says, query });

/** A connection that sees past every policy. It is only read by. */
export type AdminConnection = Pick<pg.Pool, 'query'>;

export const rowsBy =
  (admin: AdminConnection) =>
  async <Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> =>
    (await admin.query<Row>(text, values)).rows;

/** How much of what breaks an invariant is told. */
export const limitOfFound = 20;

export async function breachesOf(admin: AdminConnection, { query }: RowInvariant): Promise<string[]> {
  const breaches = await rowsBy(admin)<{ found: string }>(`select b.found from (${query}) b limit ${limitOfFound}`);
  return breaches.map(({ found }) => found);
}
