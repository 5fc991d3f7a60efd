import { createHmac } from 'node:crypto';
import { databaseNow } from './database-clock.js';

/** On whose behalf a transaction runs. Both absent: the platform itself, which sees only what belongs to no account. */
export interface Context {
  accountId?: string;
  principalId?: string;
  /** A second account that the transaction writes for, such as an order's buyer in its seller's transaction. */
  counterpartAccountId?: string;
}

/** Stands for "no account" in a context; no account has it. */
export const platformAccountId = '00000000-0000-0000-0000-000000000000';

const lifetimeSeconds = 60;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * A context that SQL cannot forge: bound to one backend and a minute of PostgreSQL's clock, signed with a key that only
 * `platform.verified_context()` can read. A plain setting is no boundary, since injected SQL can set it. An id that is no UUID
 * throws: a separator in one would move what is signed to another place.
 */
export function signContext(
  { accountId, principalId, counterpartAccountId }: Context,
  backendPid: number,
  key: string,
): string {
  assertId(accountId);
  assertId(principalId);
  assertId(counterpartAccountId);
  const expiry = Math.floor(databaseNow() / 1000) + lifetimeSeconds;
  const own = `${accountId ?? ''}|${principalId ?? ''}|${expiry}|${backendPid}`;
  const content = counterpartAccountId === undefined ? own : `${own}|${counterpartAccountId}`;
  return `${content}|${createHmac('sha256', key).update(content).digest('hex')}`;
}

function assertId(id: string | undefined): void {
  if (id !== undefined && !uuid.test(id)) throw new TypeError('a context is of ids that are UUIDs');
}
