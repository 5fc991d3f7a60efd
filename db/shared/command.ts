import type { CommandRef } from '../../workflows/shared/command.js';
import { platformAccountId } from './context.js';
import type { Database, Transaction } from './database.js';
import { runHot } from './hot.js';
import { statement } from './reader.js';

const complete = statement(
  'commands.complete',
  'select platform.complete_command(?::text, ?::uuid, ?::jsonb, ?::text)',
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
  const signed = await database.signIn(trx, { accountId: command.accountId ?? platformAccountId });
  await runHot(trx, complete, [signed, command.commandId, JSON.stringify(result), subjectId]);
}
