import type { Identifiers, Recipient } from '../../workflows/identity/user.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import type { Transaction } from '../shared/database.js';
import { User } from './user.model.js';

/** Whatever changes who has, or would have, one of the identifiers waits here for all else that does. */
export async function lockIdentifiers(trx: Transaction, { email, phoneE164 }: Identifiers): Promise<void> {
  const wanted = [email, phoneE164].filter((value) => value !== undefined).sort();
  for (const value of wanted)
    await trx.raw(`select pg_advisory_xact_lock(hashtextextended('identity.identifier|' || ?::text, 0))`, [value]);
}

/** Who has proved one of the identifiers. */
export async function findProvedHolder(trx: Transaction, { email, phoneE164 }: Identifiers): Promise<User | undefined> {
  return User.query(trx)
    .where((either) => {
      if (email !== undefined) void either.orWhere((by) => void by.where({ email }).whereNotNull('emailVerifiedAt'));
      if (phoneE164 !== undefined)
        void either.orWhere((by) => void by.where({ phoneE164 }).whereNotNull('phoneVerifiedAt'));
    })
    .orderByRaw("status = 'ACTIVE', user_id")
    .first();
}

/** Throws where somebody has proved one of the identifiers. */
export async function assertUnproved(trx: Transaction, identifiers: Identifiers): Promise<void> {
  const holder = await findProvedHolder(trx, identifiers);
  if (!holder) return;
  if (holder.status === 'LOCKED') throw failure('ACCOUNT_LOCKED');
  if (holder.status === 'DISABLED') throw failure('ACCOUNT_DISABLED');
  throw failure('ACCOUNT_ALREADY_EXISTS');
}

/** The user's own identifier, while it is not proved. */
export async function hasUnproved(trx: Transaction, userId: string, recipient: Recipient): Promise<boolean> {
  const { value, proof } = columnsOf(recipient);
  const user = await User.query(trx)
    .findOne({ userId, [value]: recipient.identifier, [proof]: null })
    .where({ status: 'ACTIVE' })
    .forUpdate();
  return user !== undefined;
}

export const columnsOf = ({ channel }: Pick<Recipient, 'channel'>) =>
  channel === 'SMS'
    ? ({ value: 'phoneE164', proof: 'phoneVerifiedAt' } as const)
    : ({ value: 'email', proof: 'emailVerifiedAt' } as const);
