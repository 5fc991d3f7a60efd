import type { MfaChange } from '../../../workflows/identity/mfa/mfa.contract.js';
import {
  enrolmentSeconds,
  otpauthUriOf,
  secondFactorMethods,
  stepsAt,
} from '../../../workflows/identity/mfa/mfa.rules.js';
import { failure } from '../../../workflows/shared/failure.js';
import { appendAudit, platformContextOf, type AuditedRequest } from '../../audit/audit.js';
import {
  arrayOf,
  bigInteger,
  boolean,
  bytes,
  integer,
  orNull,
  text,
  timestamp,
  uuid,
} from '../../connection/column.js';
import { databaseNow } from '../../connection/database-clock.js';
import { platformAccountId, type Database, type WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import type { TotpSecrets } from '../../secrets/totp-secrets.js';
import { newId } from '../../shared/id.js';
import { emitEvents } from '../../shared/outbox.js';
import { securityNotice } from '../notice/notice.events.js';
import { endMfaChallenges } from './mfa-challenge.records.js';
import { proveSecondFactor, createMfaSecrets, type SecondFactor } from './mfa-proof.records.js';
import { countMfaTry, forgiveMfaTry } from './mfa-try.records.js';
import { mfaChanged } from './mfa.events.js';
import { endRecoveryCodes, renewRecoveryCodes } from './recovery-code.records.js';

/** The person's changes of their factors wait for each other. */
const personLock = query({
  name: 'totp.lockPerson',
  parameters: { userId: uuid },
  text: 'select from identity.users u where u.user_id = :userId for no key update',
});

/** Read behind the lock: a statement sees no change of a transaction that the lock waited for. */
const lockedPerson = query({
  name: 'totp.person',
  parameters: { userId: uuid },
  row: { identifier: text, passwordHash: orNull(text), isEnabled: boolean },
  text: `select coalesce(case when u.email_verified_at is not null then u.email::text end, u.phone_e164, u.email::text) as identifier,
     u.password_hash, exists (select 1 from identity.mfa_factors f
       where f.user_id = u.user_id and f.confirmed_at is not null) as is_enabled
   from identity.users u where u.user_id = :userId`,
});

const enrolment = query({
  name: 'totp.enrol',
  parameters: { factorId: uuid, userId: uuid, secretSealed: bytes, enrolmentSeconds: integer },
  row: { expiresAt: timestamp },
  text: `insert into identity.mfa_factors (factor_id, user_id, kind, secret_sealed, expires_at)
   values (:factorId, :userId, 'TOTP', :secretSealed, now() + make_interval(secs => :enrolmentSeconds))
   on conflict (user_id, kind) where confirmed_at is null do update set factor_id = excluded.factor_id,
     secret_sealed = excluded.secret_sealed, created_at = now(), expires_at = excluded.expires_at
   returning expires_at`,
});

const openEnrolment = query({
  name: 'totp.enrolment',
  parameters: { userId: uuid },
  row: { factorId: uuid, secretSealed: bytes },
  text: `select f.factor_id, f.secret_sealed from identity.mfa_factors f
   where f.user_id = :userId and f.confirmed_at is null and f.expires_at > now()`,
});

const confirmation = query({
  name: 'totp.confirm',
  parameters: { factorId: uuid, step: bigInteger },
  text: `update identity.mfa_factors set confirmed_at = now(), last_step = :step
   where factor_id = :factorId`,
});

const factorsEnd = query({
  name: 'totp.endAll',
  parameters: { userId: uuid },
  row: { isConfirmed: boolean },
  text: `delete from identity.mfa_factors f where f.user_id = :userId
   returning f.confirmed_at is not null as is_confirmed`,
});

const sessionStrength = query({
  name: 'totp.strengthenSession',
  parameters: { sessionId: uuid, userId: uuid, methods: arrayOf(text) },
  text: `update identity.user_sessions s
   set amr = s.amr || array(select m.method from unnest(:methods) as m(method) where m.method <> all (s.amr))
   where s.session_id = :sessionId and s.user_id = :userId`,
});

const sessionsWeakness = query({
  name: 'totp.weakenSessions',
  parameters: { userId: uuid, methods: arrayOf(text) },
  text: `update identity.user_sessions s
   set amr = array(select m.method from unnest(s.amr) as m(method) where m.method <> all (:methods))
   where s.user_id = :userId and s.revoked_at is null and 'otp' = any (s.amr)`,
});

/** A signed-in person. */
interface MfaCaller {
  userId: string;
  principalId: string;
  sessionId: string;
}

interface Enrolment {
  secret: string;
  otpauthUri: string;
  expiresAt: string;
}

export function createTotpRecords({
  database,
  secondFactorKey,
}: {
  database: Pick<Database, 'transaction'>;
  /** 32 bytes in hex. */
  secondFactorKey: string;
}) {
  const secrets = createMfaSecrets(secondFactorKey);
  const inPerson = <Result>(caller: MfaCaller, audited: AuditedRequest, work: Work<Result>) =>
    database.transaction(platformContextOf(audited), (scope) =>
      workInPerson(scope, { caller, audited }, work),
    );

  return {
    /** Makes a secret, in place of an unconfirmed one. */
    enrol: (caller: MfaCaller, audited: AuditedRequest): Promise<Enrolment> =>
      inPerson(caller, audited, async (scope, { isEnabled, identifier }) => {
        if (isEnabled) throw failure('MFA_ALREADY_ENABLED');
        const { secret, expiresAt } = await addFactor(scope, caller.userId, secrets.totp);
        return { secret, otpauthUri: otpauthUriOf(secret, identifier), expiresAt };
      }),

    /**
     * Turns the second factor on by a first code; the caller's session counts as one with a second
     * factor from then on. Returns the recovery codes.
     */
    async confirm(caller: MfaCaller, code: string, audited: AuditedRequest): Promise<string[]> {
      const { userId, sessionId } = caller;
      await countTry(database, userId);
      return inPerson(caller, audited, async (scope, { isEnabled }) => {
        if (isEnabled) throw failure('MFA_ALREADY_ENABLED');
        const [factor] = await scope.run(openEnrolment, { userId });
        if (!factor) throw failure('RESOURCE_NOT_FOUND');
        const [step] = secrets.totp.fittingSteps(factor, code, stepsAt(databaseNow()));
        if (step === undefined) throw failure('INVALID_MFA_CODE');
        await scope.run(confirmation, { factorId: factor.factorId, step });
        await scope.run(sessionStrength, { sessionId, userId, methods: secondFactorMethods });
        await forgiveMfaTry(scope, userId);
        await tellMfaChange(scope, caller, 'ENABLED');
        return renewRecoveryCodes(scope, userId, secrets.recovery);
      });
    },

    /** Counts a try of the person, and reads the hash of the person's password for comparison. */
    passwordHash: (userId: string): Promise<string | null> =>
      database.transaction(platform, async (scope) => {
        const [person] = await scope.run(lockedPerson, { userId });
        if (!person?.isEnabled) throw failure('RESOURCE_NOT_FOUND');
        await countMfaTry(scope, userId);
        return person.passwordHash;
      }),

    /** Turns the second factor off; the password was compared, and the try counted. */
    disable: (caller: MfaCaller, proof: SecondFactor, audited: AuditedRequest): Promise<void> =>
      inPerson(caller, audited, async (scope) => {
        await proveSecondFactor(scope, { userId: caller.userId, proof, secrets });
        await endSecondFactors(scope, caller.userId);
        await tellMfaChange(scope, caller, 'DISABLED');
      }),

    /** Makes new recovery codes in place of all earlier ones. */
    async renew(caller: MfaCaller, code: string, audited: AuditedRequest): Promise<string[]> {
      const { userId } = caller;
      await countTry(database, userId);
      return inPerson(caller, audited, async (scope, { isEnabled }) => {
        if (!isEnabled) throw failure('RESOURCE_NOT_FOUND');
        await proveSecondFactor(scope, { userId, proof: { code }, secrets });
        await tellMfaChange(scope, caller, 'RECOVERY_CODES_RENEWED');
        return renewRecoveryCodes(scope, userId, secrets.recovery);
      });
    },
  };
}

export type TotpRecords = ReturnType<typeof createTotpRecords>;

const platform = { accountId: platformAccountId };

/** Committed before anything is compared. */
const countTry = (database: Pick<Database, 'transaction'>, userId: string): Promise<void> =>
  database.transaction(platform, (scope) => countMfaTry(scope, userId));

async function addFactor(scope: WriteScope, userId: string, totp: TotpSecrets) {
  const factorId = newId();
  const { secret, sealed } = totp.make(factorId);
  const factor = { factorId, userId, secretSealed: sealed, enrolmentSeconds };
  const [row] = await scope.run(enrolment, factor);
  if (!row) throw new Error('a factor was not stored');
  return { secret, expiresAt: row.expiresAt };
}

interface Person {
  identifier: string;
  isEnabled: boolean;
}
type Work<Result> = (scope: WriteScope, person: Person) => Promise<Result>;

/** A change behind the person's lock, with the audit entry of the change. */
async function workInPerson<Result>(
  scope: WriteScope,
  { caller, audited }: { caller: MfaCaller; audited: AuditedRequest },
  work: Work<Result>,
): Promise<Result> {
  const { userId, principalId } = caller;
  await scope.run(personLock, { userId });
  const [person] = await scope.run(lockedPerson, { userId });
  if (!person) throw failure('UNAUTHENTICATED');
  const result = await work(scope, person);
  await appendAudit(scope, { ...audited, subjectId: userId, principalId });
  return result;
}

/**
 * Ends a person's second factor with everything that rests on the factor: recovery codes, sign-ins
 * under way, and the strength of open sessions. Returns whether there was one.
 */
export async function endSecondFactors(scope: WriteScope, userId: string): Promise<boolean> {
  const ended = await scope.run(factorsEnd, { userId });
  await endRecoveryCodes(scope, userId);
  await endMfaChallenges(scope, userId);
  await scope.run(sessionsWeakness, { userId, methods: secondFactorMethods });
  return ended.some(({ isConfirmed }) => isConfirmed);
}

/** With the message to the person. */
export async function tellMfaChange(
  scope: WriteScope,
  { userId, principalId }: { userId: string; principalId: string },
  change: MfaChange,
): Promise<void> {
  const payload = { user_id: userId, change };
  await emitEvents(scope, [
    mfaChanged.of({ accountId: null, subjectId: userId, actorPrincipalId: principalId, payload }),
    securityNotice(userId, 'MFA_CHANGED'),
  ]);
}
