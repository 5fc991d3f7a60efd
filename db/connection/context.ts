import { createHmac } from 'node:crypto';
import { databaseNow } from './database-clock.js';

/**
 * The tenant context of a transaction. Without account and principal: the platform, with access
 * only to rows of no account.
 */
export interface Context {
  accountId?: string;
  principalId?: string;
  /**
   * A second account that the transaction writes for, such as the buyer in a transaction of the
   * order's seller.
   */
  counterpartAccountId?: string;
}

/** Id for "no account" in a context; belongs to no account. */
export const platformAccountId = '00000000-0000-0000-0000-000000000000';

const lifetimeSeconds = 60;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * A context that SQL cannot forge: bound to one backend and a minute of PostgreSQL's clock, signed
 * with a key that only `platform.verified_context()` can read. A plain setting is no boundary,
 * since injected SQL can set a setting (docs/decisions/0005). Throws for an id that is no UUID: a
 * separator inside would shift the signed fields.
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
