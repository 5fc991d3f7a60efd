import type { PlanId } from '../../../workflows/identity/plan.contract.js';
import { refusalOfAddress, type VouchedPerson } from '../../../workflows/identity/sso.rules.js';
import type { UserStatus } from '../../../workflows/identity/user.contract.js';
import { failure } from '../../../workflows/shared/failure.js';
import { appendAudit, platformContextOf, type AuditedRequest } from '../../audit/audit.js';
import { text, textOf, uuid, type Values } from '../../connection/column.js';
import { crashPoint } from '../../connection/crash-point.js';
import type { Database, WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { newId } from '../../shared/id.js';
import { emitEvents } from '../../shared/outbox.js';
import { securityNotice } from '../notice/notice.events.js';
import { addTrustedUser } from '../registration/trusted-user.records.js';
import { findProvedHolder, lockIdentifiers } from '../user/identifier.records.js';
import { assertAdmitted } from './sso-flow.records.js';
import { identityLinked, identityUnlinked } from './identity.events.js';

/** A person as a provider has just answered for. */
interface SsoPerson extends VouchedPerson {
  provider: string;
  issuer: string;
  subject: string;
}

/** The session of a link by hand. */
interface SessionHolder {
  userId: string;
  sessionId: string;
}

const knownUser = { userId: uuid, status: textOf<UserStatus>() };
type KnownUser = Values<typeof knownUser>;

const userBySubject = query({
  name: 'identity.user',
  parameters: { issuer: text, subject: text },
  row: knownUser,
  text: `select u.user_id, u.status from identity.identities i join identity.users u on u.user_id = i.user_id
   where i.issuer = :issuer and i.subject = :subject`,
});

const newIdentity = query({
  name: 'identity.add',
  parameters: { identityId: uuid, userId: uuid, provider: text, issuer: text, subject: text },
  row: { identityId: uuid },
  text: `insert into identity.identities (identity_id, user_id, provider, issuer, subject)
   values (:identityId, :userId, :provider, :issuer, :subject)
   on conflict (issuer, subject) do nothing returning identity_id`,
});

const identityEnd = query({
  name: 'identity.remove',
  parameters: { userId: uuid, provider: text },
  row: { identityId: uuid },
  text: `delete from identity.identities i where i.user_id = :userId and i.provider = :provider
   returning i.identity_id`,
});

/** Locks the user, so the session does not end before the link is made. */
const openSession = query({
  name: 'identity.session',
  parameters: { userId: uuid, sessionId: uuid },
  text: `select from identity.users u join identity.user_sessions s on s.user_id = u.user_id
   where u.user_id = :userId and u.status = 'ACTIVE' and s.session_id = :sessionId
     and s.revoked_at is null and least(s.expires_at, s.absolute_until) > now()
   for share of u, s`,
});

interface IdentityParts {
  database: Pick<Database, 'transaction'>;
  /** Plan of a new person's account. */
  planId: PlanId;
}

export function createIdentityRecords({ database, planId }: IdentityParts) {
  return {
    /**
     * The user of a person let in by a provider. A known subject decides, whatever the present
     * address; else a trusted address links the user with the address proved, or makes a user. Of
     * any number of arrivals at once, only the first links.
     */
    arrive: (
      person: SsoPerson,
      trustedDomains: readonly string[],
      audited: AuditedRequest,
    ): Promise<string> =>
      database.transaction(platformContextOf(audited), async (scope) => {
        const user = await findBySubject(scope, person);
        if (user) return admitted(user);
        const refusal = refusalOfAddress(person, trustedDomains);
        if (refusal !== undefined) throw failure(refusal);
        return linkByAddress(scope, { person, planId, audited });
      }),

    /** Links a person to the session's user, while the session is open. */
    link: (person: SsoPerson, holder: SessionHolder, audited: AuditedRequest): Promise<string> =>
      database.transaction(platformContextOf(audited), async (scope) => {
        const { userId } = holder;
        const open = await scope.run(openSession, { ...holder });
        if (open.length === 0) throw failure('SSO_STATE_MISMATCH');
        await addIdentity(scope, { userId, person, audited });
        return userId;
      }),

    /** Ends a user's sign-in at a provider; the user's sessions go on. */
    unlink: (userId: string, provider: string, audited: AuditedRequest): Promise<void> =>
      database.transaction(platformContextOf(audited), async (scope) => {
        const ended = await scope.run(identityEnd, { userId, provider });
        const [first] = ended;
        if (!first) throw failure('RESOURCE_NOT_FOUND');
        const payload = { user_id: userId, provider };
        await emitEvents(scope, [
          identityUnlinked.of({ accountId: null, subjectId: userId, payload }),
        ]);
        await appendAudit(scope, { ...audited, subjectId: first.identityId });
      }),
  };
}

export type IdentityRecords = ReturnType<typeof createIdentityRecords>;

async function findBySubject(
  scope: WriteScope,
  { issuer, subject }: SsoPerson,
): Promise<KnownUser | undefined> {
  const [user] = await scope.run(userBySubject, { issuer, subject });
  return user;
}

function admitted({ userId, status }: KnownUser): string {
  assertAdmitted(status);
  return userId;
}

interface Arrival {
  person: SsoPerson;
  planId: PlanId;
  audited: AuditedRequest;
}

async function linkByAddress(
  scope: WriteScope,
  { person, planId, audited }: Arrival,
): Promise<string> {
  const identifiers = { email: person.email };
  await lockIdentifiers(scope, identifiers);
  // Another arrival of the same person may have been first.
  const user = await findBySubject(scope, person);
  if (user) return admitted(user);
  const holder = await findProvedHolder(scope, identifiers);
  const userId = holder
    ? admitted(holder)
    : (await addTrustedUser(scope, { identifiers, passwordHash: null }, planId)).userId;
  crashPoint('sso.before-link');
  await addIdentity(scope, { userId, person, audited });
  return userId;
}

interface Link {
  userId: string;
  person: SsoPerson;
  audited: AuditedRequest;
}

/** The same link again changes nothing; a subject of somebody else's is a conflict. */
async function addIdentity(scope: WriteScope, { userId, person, audited }: Link): Promise<void> {
  const { provider, issuer, subject } = person;
  const identityId = newId();
  const added = await scope.run(newIdentity, { identityId, userId, provider, issuer, subject });
  if (added.length === 0) {
    const holder = await findBySubject(scope, person);
    if (holder?.userId === userId) return;
    throw failure('CONFLICT', { reason: 'IDENTITY_TAKEN' });
  }
  const payload = { user_id: userId, provider };
  await emitEvents(scope, [
    identityLinked.of({ accountId: null, subjectId: userId, payload }),
    securityNotice(userId, 'IDENTITY_LINKED'),
  ]);
  const link = { action: 'identity.link', subjectType: 'identity', subjectId: identityId };
  await appendAudit(scope, { ...audited, ...link });
}
