import type { CommandRef } from '../../workflows/shared/command.js';
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

/**
 * Completes a command in the transaction of its effect: keeps what it answers, and writes the entry of the audit log in the
 * name, and the chain, of who gave it. It comes last, since that chain is held until the transaction ends. A repeat changes nothing.
 */
export async function completeCommand(
  database: Pick<Database, 'signIn'>,
  trx: Transaction,
  command: CommandRef | undefined,
  result: unknown,
  subjectId: string | null = null,
): Promise<void> {
  if (!command) return;
  const context = { accountId: command.accountId ?? platformAccountId };
  const signed = await database.signIn(trx, context);
  const answer = JSON.stringify(result);
  const [finished] = await runHot<AuditEntry>(trx, finish, [signed, command.commandId, answer, subjectId]);
  if (finished) await appendAuditAs(trx, { context, signed }, finished);
}
