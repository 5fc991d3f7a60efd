import type { Recipient } from '../../workflows/identity/user.contract.js';
import type { Transaction } from '../shared/database.js';
import { columnsOf } from './identifier.records.js';
import { Token } from './otp.model.js';
import { Registration } from './registration.model.js';
import { addPendingUser } from './user.records.js';

/**
 * After an identifier was proved: attempts on it end. What else was being registered under the user's id is not that user's,
 * and goes on under another one, with its codes.
 */
export async function endRegistrations(
  trx: Transaction,
  userId: string,
  recipient: Recipient,
  provedHash?: Buffer,
): Promise<void> {
  await Registration.query(trx)
    .delete()
    .where({ [columnsOf(recipient).value]: recipient.identifier });
  const others = await Registration.query(trx).where({ userId }).forUpdate();
  const [first] = others;
  if (!first) return;
  const { email, phoneE164 } = first;
  const otherId = await addPendingUser(trx, { email: email ?? undefined, phoneE164: phoneE164 ?? undefined });
  await Registration.query(trx).patch({ userId: otherId }).where({ userId });
  await Token.query(trx)
    .patch({ userId: otherId })
    .where({ userId, usedAt: null, revokedAt: null })
    .whereRaw('identifier_hash is distinct from ?', [provedHash ?? null]);
}
