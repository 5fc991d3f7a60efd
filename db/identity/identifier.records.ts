import type { Identifiers } from '../../workflows/identity/user.contract.js';
import { decideHolder } from '../../workflows/identity/user.rules.js';
import { failure } from '../../workflows/shared/failure.js';
import type { Transaction } from '../shared/database.js';
import { revokeOpenOtps } from './otp.records.js';
import { User } from './user.model.js';

const columns = { email: 'emailVerifiedAt', phoneE164: 'phoneVerifiedAt' } as const;
type IdentifierColumn = keyof typeof columns;

/** The user of an identifier, its row locked. */
export async function lockUserBy(trx: Transaction, identifiers: Identifiers): Promise<User | undefined> {
  const [user] = await holders(trx, identifiers);
  return user;
}

/**
 * Makes the identifiers free for one registration and answers the pending user to take up again, if there is one.
 * Throws when one of them is proved by somebody. Registrations of one identifier wait for each other here.
 */
export async function claimIdentifiers(trx: Transaction, identifiers: Identifiers): Promise<User | undefined> {
  const wanted = [identifiers.email, identifiers.phoneE164].filter((value) => value !== undefined).sort();
  for (const value of wanted)
    await trx.raw(`select pg_advisory_xact_lock(hashtextextended('identity.identifier|' || ?::text, 0))`, [value]);

  let takenUp: User | undefined;
  for (const holder of await holders(trx, identifiers)) {
    const held = (Object.keys(columns) as IdentifierColumn[]).filter((column) =>
      sameIdentifier(holder, identifiers, column),
    );
    const isVerified = held.some((column) => holder[columns[column]] !== null);
    switch (decideHolder({ status: holder.status, isVerified })) {
      case 'exists':
        throw failure('ACCOUNT_ALREADY_EXISTS');
      case 'locked':
        throw failure('ACCOUNT_LOCKED');
      case 'disabled':
        throw failure('ACCOUNT_DISABLED');
      case 'takeUp':
        if (takenUp) await release(trx, holder, held);
        takenUp ??= holder;
        break;
      case 'release':
        await release(trx, holder, held);
        break;
    }
  }
  return takenUp;
}

/** Whoever holds the phone number comes first. */
async function holders(trx: Transaction, { email, phoneE164 }: Identifiers): Promise<User[]> {
  return User.query(trx)
    .where((either) => {
      if (email !== undefined) void either.orWhere({ email });
      if (phoneE164 !== undefined) void either.orWhere({ phoneE164 });
    })
    .orderByRaw('phone_e164 is not distinct from ?::text desc, user_id', [phoneE164 ?? null])
    .forUpdate();
}

function sameIdentifier(user: User, identifiers: Identifiers, column: IdentifierColumn): boolean {
  return identifiers[column] !== undefined && user[column]?.toLowerCase() === identifiers[column].toLowerCase();
}

/** A user left without any identifier was pending and is nobody any more. */
async function release(trx: Transaction, user: User, held: readonly IdentifierColumn[]): Promise<void> {
  const left = (Object.keys(columns) as IdentifierColumn[]).filter(
    (column) => user[column] !== null && !held.includes(column),
  );
  await revokeOpenOtps(trx, user.userId);
  if (left.length === 0) await User.query(trx).deleteById(user.userId);
  else
    await User.query(trx)
      .patch(Object.fromEntries(held.map((column) => [column, null])))
      .where({ userId: user.userId });
}
