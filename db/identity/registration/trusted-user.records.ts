import type { Identifiers } from '../../../workflows/identity/user.contract.js';
import type { PlanId } from '../../../workflows/identity/plan.contract.js';
import { recipientsOf } from '../../../workflows/identity/user.rules.js';
import type { WriteScope } from '../../connection/database.js';
import { assertUnproved, lockIdentifiers } from '../user/identifier.records.js';
import { User } from '../user/user.model.js';
import { addPendingUser } from '../user/user.records.js';
import { activateUser } from './activation.records.js';
import { endRegistrations } from './registration-end.records.js';

/** A user with identifiers trusted without a code. */
export interface TrustedUser {
  identifiers: Identifiers;
  /** Null for a sign-in at a provider. */
  passwordHash: string | null;
}

export interface ActiveUser {
  userId: string;
  principalId: string;
}

/** Adds an ACTIVE user, and ends the attempts to register the user's identifiers. */
export async function addTrustedUser(
  scope: WriteScope,
  { identifiers, passwordHash }: TrustedUser,
  planId: PlanId,
): Promise<ActiveUser> {
  const { email, phoneE164 } = identifiers;
  await lockIdentifiers(scope, identifiers);
  await assertUnproved(scope, identifiers);
  const userId = await addPendingUser(scope, identifiers);
  const { transaction } = scope;
  const now = transaction.fn.now() as unknown as string;
  const user = await User.query(transaction).patchAndFetchById(userId, {
    passwordHash,
    emailVerifiedAt: email === undefined ? null : now,
    phoneVerifiedAt: phoneE164 === undefined ? null : now,
  });
  for (const recipient of recipientsOf(identifiers))
    await endRegistrations(scope, userId, recipient);
  return { userId, principalId: await activateUser(scope, user, planId) };
}
