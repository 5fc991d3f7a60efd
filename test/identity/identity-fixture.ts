import { randomBytes } from 'node:crypto';
import type { AuditedRequest } from '../../db/audit/audit.js';
import { createCodeRequestRecords } from '../../db/identity/registration/code-request.records.js';
import {
  createRegistrationRecords,
  type Registered,
  type RegistrationAttempt,
} from '../../db/identity/registration/registration.records.js';
import { createVerificationRecords } from '../../db/identity/registration/verification.records.js';
import {
  createAdminRecords,
  type AdminRecords,
} from '../../db/identity/registration/admin.records.js';
import { createOtpCodes } from '../../db/secrets/otp-codes.js';
import type { Channel } from '../../workflows/identity/otp.contract.js';
import type { Identifiers } from '../../workflows/identity/user.contract.js';
import { asFailure } from '../../workflows/shared/failure.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';

export const otpKey = 'a'.repeat(64);
export const inviteKey = 'e'.repeat(64);
const codes = createOtpCodes(otpKey);

export const anEmail = (): string => `user-${randomBytes(6).toString('hex')}@example.com`;
export const aPhone = (): string =>
  `+2547${String(randomBytes(4).readUInt32BE() % 100_000_000).padStart(8, '0')}`;
export const registration = {
  ttlMs: 1_800_000,
  isAlwaysNamed: false,
  sendLimit: { max: 10, windowSeconds: 3_600 },
};
export const sessionLife = { idleMs: 30 * 86_400_000, maxMs: 90 * 86_400_000 };
/** The pipeline's request, for the entries appended by records. */
export const anAuditedRequest: AuditedRequest = {
  action: 'user.test',
  subjectType: 'user',
  ip: null,
  route: null,
  requestId: null,
};
export const passwordHash = '$argon2id$not-looked-at';

/**
 * The possible rest of a wait of so many seconds begun at `startedAt`: on a slow machine, less than
 * the whole.
 */
export const leftOf = (seconds: number, startedAt: number): number[] =>
  Array.from(
    { length: 1 + Math.ceil((Date.now() - startedAt) / 1_000) },
    (_, passed) => seconds - passed,
  );

/** The code of a refusal, or the value in place of a refusal. */
export const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    (value) => value,
    (error: unknown) => asFailure(error)?.code ?? error,
  );

type VerificationRecords = ReturnType<typeof createVerificationRecords>;
type Verified = Awaited<ReturnType<VerificationRecords['complete']>>;
type Bootstrap = AdminRecords['bootstrap'];

export interface IdentityFixture extends TestDatabase {
  users: {
    /** Another attempt, unless marked as compared and the same. */
    register(attempt: RegistrationAttempt): Promise<Registered>;
    requestVerification(identifiers: Identifiers, userId?: string): Promise<Channel | null>;
  };
  verifications: VerificationRecords & {
    /** The code, with the attempt's other parts. */
    verify(
      identifiers: Identifiers,
      otp: string,
      named?: { token?: string; userId?: string },
    ): Promise<Verified>;
  };
  admins: Pick<AdminRecords, 'addUser'> & {
    bootstrap(trusted: Parameters<Bootstrap>[0]): ReturnType<Bootstrap>;
  };
  /** Somebody registered by mail, with the sent code. */
  aPending(): Promise<{ email: string; userId: string; code: string }>;
  /** Likewise, with the identifier proved. */
  aProved(): Promise<{ email: string } & Verified>;
  /** The code in a user's newest token for a channel, as in the message. */
  sentCode(userId: string, channel: 'SMS' | 'EMAIL'): Promise<string>;
  /** Likewise of the newest open token for an identifier, from any caller. */
  codeTo(channel: 'SMS' | 'EMAIL', identifier: string): Promise<string>;
  newestToken(
    userId: string,
  ): Promise<{ token_id: string; attempts: number; revoked_at: string | null }>;
  events(
    type: string,
  ): Promise<{ subject_id: string; account_id: string | null; payload: Record<string, unknown> }[]>;
}

export async function createIdentityFixture(): Promise<IdentityFixture> {
  const test = await createTestDatabase();
  const { database } = test;
  const registrations = createRegistrationRecords({ database, otpKey, ...registration });
  const verifications = createVerificationRecords({
    database,
    otpKey,
    planId: 'pro',
    joinByInvite: () => Promise.resolve(),
  });
  const codeRequests = createCodeRequestRecords({ database, otpKey, ...registration });
  const admins = createAdminRecords({ database, planId: 'pro' });
  const deriveFirst = (
    channel: 'SMS' | 'EMAIL',
    [token]: readonly { token_id: string; nonce: Buffer }[],
  ): string => {
    if (!token) throw new Error('no token');
    return codes.derive(token.token_id, channel, token.nonce);
  };
  const fixture: IdentityFixture = {
    ...test,
    users: {
      register: async (attempt) => {
        const registered = await registrations.register(
          { isFinal: true, ...attempt },
          anAuditedRequest,
        );
        if (!registered) throw new Error('another attempt came first');
        return registered;
      },
      requestVerification: (identifiers, userId) =>
        codeRequests.request(identifiers, anAuditedRequest, userId),
    },
    verifications: {
      ...verifications,
      async verify(identifiers, otp, { token, userId } = {}) {
        const proof = await verifications.prove(identifiers, otp, userId);
        const named =
          token === undefined ? undefined : verifications.named(proof, token)?.registrationId;
        return verifications.complete(proof, anAuditedRequest, named);
      },
    },
    admins: {
      addUser: admins.addUser,
      bootstrap: (trusted) => admins.bootstrap(trusted, anAuditedRequest),
    },
    async aPending() {
      const email = anEmail();
      const { userId } = await fixture.users.register({ identifiers: { email }, passwordHash });
      return { email, userId, code: await fixture.sentCode(userId, 'EMAIL') };
    },
    async aProved() {
      const { email, code } = await fixture.aPending();
      return { email, ...(await fixture.verifications.verify({ email }, code)) };
    },
    async sentCode(userId, channel) {
      const { rows } = await test.admin.query(
        'select token_id, nonce from identity.tokens where user_id = $1 order by token_id desc limit 1',
        [userId],
      );
      return deriveFirst(channel, rows);
    },
    async codeTo(channel, identifier) {
      const { rows } = await test.admin.query(
        `select t.token_id, t.nonce from identity.tokens t join identity.token_channels c using (token_id)
         where c.identifier = $1 and t.used_at is null and t.revoked_at is null order by c.position, t.token_id desc limit 1`,
        [identifier],
      );
      return deriveFirst(channel, rows);
    },
    async newestToken(userId) {
      const { rows } = await test.admin.query(
        'select * from identity.tokens where user_id = $1 order by token_id desc limit 1',
        [userId],
      );
      return rows[0];
    },
    async events(type) {
      const { rows } = await test.admin.query(
        'select subject_id, account_id, payload from platform.events where event_type = $1 order by position',
        [type],
      );
      return rows;
    },
  };
  return fixture;
}
