import { commandIsOver, isCommandOver, type CommandRef } from '../../workflows/shared/command.js';
import { appendAuditAs, type AuditEntry } from './audit.js';
import { json, orNull, text, uuid } from '../connection/column.js';
import { platformAccountId } from '../connection/context.js';
import type { Database, WriteScope } from '../connection/database.js';
import { query } from '../connection/query.js';

const finishedCommand = query({
  name: 'commands.finish',
  parameters: {
    signed: text,
    commandId: uuid,
    result: json<unknown>(),
    subjectId: orNull(text),
  },
  row: {
    action: text,
    subjectType: text,
    subjectId: orNull(text),
    principalId: orNull(uuid),
    ip: orNull(text),
    route: orNull(text),
    requestId: orNull(text),
  },
  text: `select c.action, c.subject_type, c.subject_id, c.principal_id, c.ip, c.route, c.request_id
   from platform.finish_command(:signed, :commandId, :result, :subjectId) c`,
});

const completedCommand = query({
  name: 'commands.completed',
  parameters: { commandId: uuid },
  row: { result: json<unknown>() },
  text: `select c.result from platform.commands c
   where c.account_id = (select platform.current_account_id()) and c.command_id = :commandId
     and c.completed_at is not null`,
});

/**
 * Completes a command in the transaction of the command's effect: stores the result and appends an
 * entry to the chain, and in the name, of the account that gave the command. Comes last, since the
 * chain is locked until the transaction ends. Throws for a command completed before or given by
 * nobody, so that the effect is not committed either.
 */
export async function completeCommand(
  scope: WriteScope,
  command: CommandRef | undefined,
  result: unknown,
  subjectId: string | null = null,
): Promise<void> {
  if (!command) return;
  const context = { accountId: ownerOf(command) };
  const signed = scope.signed(context);
  const { commandId } = command;
  const [finished] = await scope.run(finishedCommand, { signed, commandId, result, subjectId });
  if (!finished) throw commandIsOver();
  await appendAuditAs(scope, { context, signed }, finished satisfies AuditEntry);
}

/** Runs work that completes a command; for a command completed before, returns the first result. */
export async function answeredOnce<Result>(
  database: Pick<Database, 'reads'>,
  command: CommandRef | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!command || !isCommandOver(error)) throw error;
    const { commandId } = command;
    const owner = database.reads({ accountId: ownerOf(command) });
    const [first] = await owner.read(completedCommand, { commandId });
    if (!first) throw error;
    return first.result as Result;
  }
}

const ownerOf = ({ accountId = platformAccountId }: CommandRef): string => accountId;
