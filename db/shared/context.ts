import { createHmac } from 'node:crypto';

/** On whose behalf a transaction runs. Both absent: the platform itself, which sees only what belongs to no account. */
export interface Context {
  accountId?: string;
  principalId?: string;
}

/** Stands for "no account" in a context; no account has it. */
export const platformAccountId = '00000000-0000-0000-0000-000000000000';

const lifetimeSeconds = 60;

/**
 * A context that SQL cannot forge: bound to one backend and a minute, signed with a key that only
 * `platform.verified_context()` can read. A plain setting is no boundary, since injected SQL can set it.
 */
export function signContext(context: Context, backendPid: number, key: string): string {
  const expiry = Math.floor(Date.now() / 1000) + lifetimeSeconds;
  const content = `${context.accountId ?? ''}|${context.principalId ?? ''}|${expiry}|${backendPid}`;
  return `${content}|${createHmac('sha256', key).update(content).digest('hex')}`;
}
