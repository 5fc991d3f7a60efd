import type {
  Identifiers,
  Recipient,
  UserStatus,
} from '../../../workflows/identity/user.contract.js';
import { failure } from '../../../workflows/shared/failure.js';
import { orNull, text, textOf, uuid, type Values } from '../../connection/column.js';
import type { ReadScope, WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

/** The identifiers of a person as columns. */
export const identifierColumns = ({ email = null, phoneE164 = null }: NullableIdentifiers) => ({
  email,
  phoneE164,
});
type NullableIdentifiers = { [Name in keyof Identifiers]: Identifiers[Name] | null };
export const identifierParameters = { email: orNull(text), phoneE164: orNull(text) };

export const identifiersOfRecipient = ({ channel, identifier }: Recipient): Identifiers =>
  channel === 'SMS' ? { phoneE164: identifier } : { email: identifier };

const identifierLock = query({
  name: 'identifier.lock',
  parameters: { identifier: text },
  text: `select from pg_advisory_xact_lock(hashtextextended('identity.identifier|' || :identifier, 0))`,
});

/** Locks identifiers: transactions that change a present or coming owner wait for each other. */
export async function lockIdentifiers(
  scope: WriteScope,
  { email, phoneE164 }: Identifiers,
): Promise<void> {
  const wanted = [email, phoneE164].filter((value) => value !== undefined).sort();
  for (const identifier of wanted) await scope.run(identifierLock, { identifier });
}

const holder = { userId: uuid, status: textOf<UserStatus>() };

const provedHolder = query({
  name: 'identifier.holder',
  parameters: identifierParameters,
  row: holder,
  text: `select u.user_id, u.status from identity.users u
   where (u.email = :email::public.citext and u.email_verified_at is not null)
     or (u.phone_e164 = :phoneE164 and u.phone_verified_at is not null)
   order by u.status = 'ACTIVE', u.user_id limit 1`,
});

/** The user with one of the identifiers proved. */
export async function findProvedHolder(
  scope: ReadScope,
  identifiers: Identifiers,
): Promise<Values<typeof holder> | undefined> {
  const [user] = await scope.read(provedHolder, identifierColumns(identifiers));
  return user;
}

/** Throws if one of the identifiers is proved. */
export async function assertUnproved(scope: ReadScope, identifiers: Identifiers): Promise<void> {
  const user = await findProvedHolder(scope, identifiers);
  if (!user) return;
  if (user.status === 'LOCKED') throw failure('ACCOUNT_LOCKED');
  if (user.status === 'DISABLED') throw failure('ACCOUNT_DISABLED');
  throw failure('ACCOUNT_ALREADY_EXISTS');
}

const ownUnproved = query({
  name: 'identifier.ownUnproved',
  parameters: { userId: uuid, ...identifierParameters },
  text: `select from identity.users u where u.user_id = :userId and u.status = 'ACTIVE'
     and (u.email = :email::public.citext and u.email_verified_at is null
       or u.phone_e164 = :phoneE164 and u.phone_verified_at is null
       or exists (select from identity.identifier_changes c where c.user_id = u.user_id
         and c.identifier in (:email, :phoneE164) and c.expires_at > now()))
   for update of u`,
});

/** Whether the identifier is the user's and not proved; then the user is locked. */
export async function hasUnproved(
  scope: WriteScope,
  userId: string,
  identifiers: Identifiers,
): Promise<boolean> {
  const users = await scope.run(ownUnproved, { userId, ...identifierColumns(identifiers) });
  return users.length > 0;
}
