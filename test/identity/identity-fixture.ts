import { randomBytes } from 'node:crypto';
import { createUserRecords } from '../../db/identity/user.records.js';
import { createVerificationRecords } from '../../db/identity/verification.records.js';
import { createAdminRecords } from '../../db/identity/admin.records.js';
import { createOtpCodes } from '../../db/shared/otp-codes.js';
import { asFailure } from '../../workflows/shared/failure.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

export const otpKey = 'a'.repeat(64);
const codes = createOtpCodes(otpKey);

export const anEmail = (): string => `user-${randomBytes(6).toString('hex')}@example.com`;
export const aPhone = (): string => `+2547${String(randomBytes(4).readUInt32BE() % 100_000_000).padStart(8, '0')}`;
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
  users: ReturnType<typeof createUserRecords>;
  verifications: ReturnType<typeof createVerificationRecords>;
  admins: ReturnType<typeof createAdminRecords>;
  /** The code that the newest token of a user has for a channel, as its message would say. */
  sentCode(userId: string, channel: 'SMS' | 'EMAIL'): Promise<string>;
  newestToken(userId: string): Promise<{ token_id: string; attempts: number; revoked_at: string | null }>;
  events(type: string): Promise<{ subject_id: string; account_id: string | null; payload: Record<string, unknown> }[]>;
}

export async function createIdentityFixture(): Promise<IdentityFixture> {
  const test = await createTestDatabase();
  const { database } = test;
  return {
    ...test,
    users: createUserRecords({ database, otpKey }),
    verifications: createVerificationRecords({ database, otpKey, planId: 'pro' }),
    admins: createAdminRecords({ database, planId: 'pro' }),
    async sentCode(userId, channel) {
      const { rows } = await test.admin.query<{ token_id: string; nonce: Buffer }>(
        'select token_id, nonce from identity.tokens where user_id = $1 order by token_id desc limit 1',
        [userId],
      );
      const token = rows[0];
      if (!token) throw new Error('no token');
      return codes.derive(token.token_id, channel, token.nonce);
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
}
