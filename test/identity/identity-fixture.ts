import { randomBytes } from 'node:crypto';
import { createCodeRequestRecords } from '../../db/identity/code-request.records.js';
import {
  createRegistrationRecords,
  type Registered,
  type RegistrationAttempt,
} from '../../db/identity/registration.records.js';
import { createVerificationRecords, type Verified } from '../../db/identity/verification.records.js';
import { createAdminRecords } from '../../db/identity/admin.records.js';
import { createOtpCodes } from '../../db/shared/otp-codes.js';
import type { Identifiers } from '../../workflows/identity/user.contract.js';
import { asFailure } from '../../workflows/shared/failure.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

export const otpKey = 'a'.repeat(64);
const codes = createOtpCodes(otpKey);

export const anEmail = (): string => `user-${randomBytes(6).toString('hex')}@example.com`;
export const aPhone = (): string => `+2547${String(randomBytes(4).readUInt32BE() % 100_000_000).padStart(8, '0')}`;
export const registration = {
  ...{ ttlMs: 1_800_000, isAlwaysNamed: false, sendLimit: { max: 10, windowSeconds: 3_600 } },
};
export const sessionLife = { idleMs: 30 * 86_400_000, maxMs: 90 * 86_400_000 };
export const passwordHash = '$argon2id$not-looked-at';

/** What may be left of a wait of so many seconds that began after `startedAt`: on a slow machine, less than all of it. */
export const leftOf = (seconds: number, startedAt: number): number[] =>
  Array.from({ length: 1 + Math.ceil((Date.now() - startedAt) / 1_000) }, (_, passed) => seconds - passed);

/** What a refusal says, or what came instead of one. */
export const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    (value) => value,
    (error: unknown) => asFailure(error)?.code ?? error,
  );

export interface IdentityFixture extends TestDatabase {
  users: {
    /** Another attempt, unless it says that it was compared and is the same. */
    register(attempt: RegistrationAttempt): Promise<Registered>;
    requestVerification: ReturnType<typeof createCodeRequestRecords>['request'];
  };
  verifications: ReturnType<typeof createVerificationRecords> & {
    /** The code, with what goes along with it. */
    verify(identifiers: Identifiers, otp: string, named?: { token?: string; userId?: string }): Promise<Verified>;
  };
  admins: ReturnType<typeof createAdminRecords>;
  /** Somebody who has registered by mail, with the code that was sent. */
  aPending(): Promise<{ email: string; userId: string; code: string }>;
  /** Likewise, who has proved it. */
  aProved(): Promise<{ email: string } & Verified>;
  /** The code that the newest token of a user has for a channel, as its message would say. */
  sentCode(userId: string, channel: 'SMS' | 'EMAIL'): Promise<string>;
  /** Likewise of the newest one that is open for an identifier, whoever asked for it. */
  codeTo(channel: 'SMS' | 'EMAIL', identifier: string): Promise<string>;
  newestToken(userId: string): Promise<{ token_id: string; attempts: number; revoked_at: string | null }>;
  events(type: string): Promise<{ subject_id: string; account_id: string | null; payload: Record<string, unknown> }[]>;
}

export async function createIdentityFixture(): Promise<IdentityFixture> {
  const test = await createTestDatabase();
  const { database } = test;
  const registrations = createRegistrationRecords({ database, otpKey, ...registration });
  const verifications = createVerificationRecords({ database, otpKey, planId: 'pro' });
  const deriveFirst = (channel: 'SMS' | 'EMAIL', [token]: readonly { token_id: string; nonce: Buffer }[]): string => {
    if (!token) throw new Error('no token');
    return codes.derive(token.token_id, channel, token.nonce);
  };
  const fixture: IdentityFixture = {
    ...test,
    users: {
      register: async (attempt) => {
        const registered = await registrations.register({ isFinal: true, ...attempt });
        if (!registered) throw new Error('another attempt came first');
        return registered;
      },
      requestVerification: createCodeRequestRecords({ database, otpKey, ...registration }).request,
    },
    verifications: {
      ...verifications,
      async verify(identifiers, otp, { token, userId } = {}) {
        const proof = await verifications.prove(identifiers, otp, userId);
        const named = token === undefined ? undefined : verifications.named(proof, token)?.registrationId;
        return verifications.complete(proof, named);
      },
    },
    admins: createAdminRecords({ database, planId: 'pro' }),
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
