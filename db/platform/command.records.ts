import { failure } from '../../workflows/shared/failure.js';
import type { AuditEntry } from '../audit/audit.js';
import { bytes, integer, json, orNull, text, textOf, uuid } from '../connection/column.js';
import type { StatementScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { newId } from '../shared/id.js';
import { keyLifetimeHours, type RequestKey } from './request.records.js';

interface NewCommand extends Omit<AuditEntry, 'principalId'> {
  route: string;
  key?: RequestKey | undefined;
}
/** A command to send, or a command with a known result. */
interface Claim {
  commandId: string;
  /** False for a command sent before with an unknown outcome. */
  isNew: boolean;
  /** The result of a completed command; undefined until completion. */
  result: unknown;
}

/** Longer than any request lives: a caller that holds a command for longer has died. */
const leaseSeconds = 15;

const commandClaim = query({
  name: 'commands.claim',
  parameters: {
    commandId: uuid,
    principalId: uuid,
    route: text,
    action: text,
    subjectType: text,
    subjectId: orNull(text),
    ip: orNull(text),
    requestId: orNull(text),
    key: orNull(text),
    fingerprint: orNull(bytes),
  },
  row: {
    outcome: textOf<'NEW' | 'AGAIN' | 'RUNNING' | 'DONE' | 'OTHER'>(),
    commandId: uuid,
    result: json<unknown>(),
    leaseSeconds: integer,
  },
  text: `select c.outcome, c.command_id, c.result, c.lease_seconds
   from platform.claim_command(:commandId, :principalId, :route, :action, :subjectType, :subjectId,
     :ip, :requestId, :key, :fingerprint,
     interval '${leaseSeconds} seconds', interval '${keyLifetimeHours} hours') c`,
});

const isOpenCommand = `c.account_id = (select platform.current_account_id())
     and c.command_id = :commandId and c.completed_at is null`;
const commandSettlement = query({
  name: 'commands.settle',
  parameters: { commandId: uuid, result: json<unknown>() },
  text: `update platform.commands c set result = :result, completed_at = now()
   where ${isOpenCommand}`,
});
const commandRemoval = query({
  name: 'commands.forget',
  parameters: { commandId: uuid },
  text: `delete from platform.commands c where ${isOpenCommand}`,
});
const leaseEnd = query({
  name: 'commands.release',
  parameters: { commandId: uuid },
  text: `update platform.commands c set lease_until = now() where ${isOpenCommand}`,
});

/** Commands on the way to a workflow, of the account and caller of the scope. */
export const commandRecords = (scope: StatementScope) => ({
  /** Stores a command before the workflow is told, so that a crash on either side loses neither. */
  async claim({ key, ...command }: NewCommand): Promise<Claim> {
    const { route, action, subjectType, subjectId = null, ip = null, requestId = null } = command;
    const [claimed] = await scope.run(commandClaim, {
      commandId: newId(),
      principalId: scope.principalId,
      route,
      action,
      subjectType,
      subjectId,
      ip,
      requestId,
      key: key?.key ?? null,
      fingerprint: key?.fingerprint ?? null,
    });
    if (!claimed) throw new Error('a command was not claimed');
    const { outcome, commandId } = claimed;
    if (outcome === 'OTHER') throw failure('IDEMPOTENCY_KEY_CONFLICT');
    if (outcome === 'RUNNING')
      throw failure('IDEMPOTENCY_IN_PROGRESS', {
        retry_after_seconds: Math.min(claimed.leaseSeconds, leaseSeconds),
      });
    const result = outcome === 'DONE' ? claimed.result : undefined;
    return { commandId, isNew: outcome === 'NEW', result };
  },

  /**
   * Stores the result of a command that changed no row; a command that changes rows is completed by
   * the activity. Repeating is a no-op.
   */
  async settle(commandId: string, result: unknown): Promise<void> {
    await scope.run(commandSettlement, { commandId, result });
  },

  /**
   * Forgets a refused or cancelled command: the key is free for another try, and the command no
   * longer takes effect. A command completed meanwhile stays.
   */
  async forget(commandId: string): Promise<void> {
    await scope.run(commandRemoval, { commandId });
  },

  /**
   * Ends the caller's lease on a command that may yet take effect, so that a retry sends the
   * command again under the same id.
   */
  async release(commandId: string): Promise<void> {
    await scope.run(leaseEnd, { commandId });
  },
});
