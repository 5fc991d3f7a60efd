import { failure } from '../../workflows/shared/failure.js';
import type { AuditEntry } from '../shared/audit.js';
import { statement, type Database, type Transaction } from '../shared/database.js';
import { runHot } from '../shared/hot.js';
import { newId } from '../shared/id.js';
import { seal, unseal } from '../shared/seal.js';

/** A key that a client has chosen for a request, and what the request is: the same key with another one is refused. */
export interface RequestKey {
  /** Such as `POST /v1/accounts/:account_id/sites`. */
  route: string;
  key: string;
  fingerprint: Buffer;
}
/** An answer as it left. */
export interface KeptAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer | null;
}

export interface NewCommand extends AuditEntry {
  /** The caller's account, or the platform's. */
  accountId: string;
  principalId: string;
  route: string;
  key?: RequestKey | undefined;
}
/** A command that may be sent now, or one whose result is known already. */
export interface Claim {
  commandId: string;
  /** False for one that was sent before, of which nobody knows how far it came. */
  isNew: boolean;
  /** There when the command was completed; undefined until then. */
  result: unknown;
}

/** How long a key is remembered. */
export const keyLifetimeHours = 24;
/** Longer than any request lives: whoever has a command for longer than this has died. */
const leaseSeconds = 15;
const retryAfterSeconds = 1;

const takeKey = statement(
  'requests.take_key',
  'select is_free as "isFree", fingerprint, status, headers, body from platform.take_key(?::text, ?::text)',
);

const lifetime = `interval '${keyLifetimeHours} hours'`;
const keepAnswer = statement(
  'requests.keep',
  `
  insert into platform.idempotency_keys as k (account_id, route, key, fingerprint, status, headers, body, expires_at)
  values (platform.current_account_id(), ?::text, ?::text, ?::bytea, ?::smallint, ?::jsonb, ?::bytea, now() + ${lifetime})
  on conflict (account_id, route, key) do update set fingerprint = excluded.fingerprint, status = excluded.status,
    headers = excluded.headers, body = excluded.body, expires_at = excluded.expires_at
    where k.expires_at <= now()
  returning true as kept`,
);

const claimCommand = statement(
  'commands.claim',
  `select * from platform.claim_command($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, interval '${leaseSeconds} seconds', ${lifetime})`,
);
const settleCommand = statement(
  'commands.settle',
  `update platform.commands set result = $2, completed_at = now()
   where account_id = (select platform.current_account_id()) and command_id = $1 and completed_at is null`,
);
const forgetCommand = statement(
  'commands.forget',
  `delete from platform.commands
   where account_id = (select platform.current_account_id()) and command_id = $1 and completed_at is null`,
);
const releaseCommand = statement(
  'commands.release',
  `update platform.commands set lease_until = now()
   where account_id = (select platform.current_account_id()) and command_id = $1 and completed_at is null`,
);

interface TakenRow {
  isFree: boolean;
  fingerprint: Buffer | null;
  status: number;
  headers: Record<string, string>;
  body: Buffer | null;
}
interface ClaimRow {
  outcome: 'NEW' | 'AGAIN' | 'RUNNING' | 'DONE' | 'OTHER';
  command_id: string;
  result: unknown;
  lease_seconds: number;
}

/** Requests that are remembered: by the key of the client, and as commands on their way to a workflow. */
export function createRequestRecords({ database, sealKey }: { database: Database; sealKey: Buffer }) {
  return {
    /**
     * Takes a key until the transaction ends. Answers what is kept under it, if the request is the same; a key that another
     * request has now, or had, is a refusal.
     */
    async take(trx: Transaction, { route, key, fingerprint }: RequestKey): Promise<KeptAnswer | undefined> {
      const [taken] = await runHot<TakenRow>(trx, takeKey, [route, key]);
      if (!taken?.isFree) throw failure('IDEMPOTENCY_IN_PROGRESS', { retry_after_seconds: retryAfterSeconds });
      if (!taken.fingerprint) return undefined;
      if (!taken.fingerprint.equals(fingerprint)) throw failure('IDEMPOTENCY_KEY_CONFLICT');
      const { status, headers, body } = taken;
      return { status, headers, body: body && unseal(body, sealKey) };
    },

    /** Keeps an answer under a key that was taken, in the transaction of what it answers. */
    async keep(trx: Transaction, { route, key, fingerprint }: RequestKey, answer: KeptAnswer): Promise<void> {
      const { status, headers, body } = answer;
      const values = [route, key, fingerprint, status, JSON.stringify(headers), body && seal(body, sealKey)];
      const kept = await runHot(trx, keepAnswer, values);
      if (kept.length === 0) throw new Error('a key that was taken has an answer already');
    },

    /** Writes a command down before a workflow hears of it, so that a crash on either side loses neither. */
    async claim({ accountId, key, ...command }: NewCommand): Promise<Claim> {
      const { principalId, route, action, subjectType, subjectId = null, ip = null, requestId = null } = command;
      const [row] = await database.write.inAccount<ClaimRow>(accountId, claimCommand, [
        ...[newId(), principalId, route, action, subjectType, subjectId, ip, requestId],
        ...[key?.key ?? null, key?.fingerprint ?? null],
      ]);
      if (!row) throw new Error('a command was not claimed');
      if (row.outcome === 'OTHER') throw failure('IDEMPOTENCY_KEY_CONFLICT');
      if (row.outcome === 'RUNNING')
        throw failure('IDEMPOTENCY_IN_PROGRESS', { retry_after_seconds: Math.min(row.lease_seconds, leaseSeconds) });
      const result = row.outcome === 'DONE' ? row.result : undefined;
      return { commandId: row.command_id, isNew: row.outcome === 'NEW', result };
    },

    /** What a command answered that changed nothing, and so was completed by nobody. */
    async settle(accountId: string, commandId: string, result: unknown): Promise<void> {
      await database.write.inAccount(accountId, settleCommand, [commandId, JSON.stringify(result)]);
    },

    /**
     * A command that was refused, or called off, is as if it had never been: its key is free for another try, and it takes effect no
     * more. One that was completed meanwhile stays.
     */
    async forget(accountId: string, commandId: string): Promise<void> {
      await database.write.inAccount(accountId, forgetCommand, [commandId]);
    },

    /** Of a command that may yet take effect: the next try sends it again, as itself. */
    async release(accountId: string, commandId: string): Promise<void> {
      await database.write.inAccount(accountId, releaseCommand, [commandId]);
    },
  };
}
export type RequestRecords = ReturnType<typeof createRequestRecords>;
