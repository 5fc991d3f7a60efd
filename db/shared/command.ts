import { commandIsOver, isCommandOver, type CommandRef } from '../../workflows/shared/command.js';
import { appendAuditAs, type AuditEntry } from './audit.js';
import { platformAccountId } from './context.js';
import type { Database, Transaction } from './database.js';
import { runHot } from './hot.js';
import { statement } from './reader.js';

const finish = statement(
  'commands.finish',
  `select c.action, c.subject_type as "subjectType", c.subject_id as "subjectId", c.principal_id as "principalId", c.ip, c.route,
     c.request_id as "requestId"
   from platform.finish_command(?::text, ?::uuid, ?::jsonb, ?::text) c`,
);

const completed = statement(
  'commands.completed',
  `select c.result from platform.commands c
   where c.account_id = (select platform.current_account_id()) and c.command_id = $1 and c.completed_at is not null`,
);

/**
 * Completes a command in the transaction of its effect: keeps what it answers, and writes the entry of the audit log in the
 * name, and the chain, of who gave it. It comes last, since that chain is held until the transaction ends. Throws for a command
 * that was completed before or that nobody gave, so that its effect is not committed either.
 */
export async function completeCommand(
  database: Pick<Database, 'signIn'>,
  trx: Transaction,
  command: CommandRef | undefined,
  result: unknown,
  subjectId: string | null = null,
): Promise<void> {
  if (!command) return;
  const context = { accountId: ownerOf(command) };
  const signed = await database.signIn(trx, context);
  const answer = JSON.stringify(result);
  const [finished] = await runHot<AuditEntry>(trx, finish, [signed, command.commandId, answer, subjectId]);
  if (!finished) throw commandIsOver();
  await appendAuditAs(trx, { context, signed }, finished);
}

/** Work that completes a command, or what the command answered when it was completed before. */
export async function answeredOnce<Result>(
  database: Pick<Database, 'read'>,
  command: CommandRef | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!command || !isCommandOver(error)) throw error;
    const [first] = await database.read.inAccount<{ result: Result }>(ownerOf(command), completed, [command.commandId]);
    if (!first) throw error;
    return first.result;
  }
}

const ownerOf = ({ accountId = platformAccountId }: CommandRef): string => accountId;
