import { signInMemorySeconds, slowdownOf } from '../../../workflows/identity/sign-in.rules.js';
import { failure } from '../../../workflows/shared/failure.js';
import { bytes, float, integer } from '../../connection/column.js';
import { platformAccountId, type Database } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { createOtpCodes } from '../../secrets/otp-codes.js';

const memory = { identifierHash: bytes, signInMemorySeconds: integer };

const missCount = query({
  name: 'sign_in_misses.count',
  parameters: memory,
  row: { wrong: integer },
  text: `select m.wrong from identity.sign_in_misses m
   where m.identifier_hash = :identifierHash and m.wrong_at > now() - make_interval(secs => :signInMemorySeconds)`,
});

const miss = query({
  name: 'sign_in_misses.miss',
  parameters: memory,
  text: `insert into identity.sign_in_misses as m (identifier_hash, wrong) values (:identifierHash, 1)
   on conflict (identifier_hash) do update set wrong_at = now(),
     wrong = case when m.wrong_at > now() - make_interval(secs => :signInMemorySeconds) then m.wrong + 1 else 1 end`,
});

const admission = query({
  name: 'sign_in_misses.admit',
  parameters: { identifierHash: bytes, spacingMs: float },
  row: { wrong: integer },
  text: `update identity.sign_in_misses m set admitted_at = clock_timestamp()
   where m.identifier_hash = :identifierHash
     and coalesce(m.admitted_at < clock_timestamp() - :spacingMs * interval '1 millisecond', true)
   returning m.wrong`,
});

/**
 * Wrong passwords for an identifier, from unknown devices at all addresses; also for nobody's
 * identifier.
 */
export function createSignInMissRecords({
  database,
  key,
}: {
  database: Pick<Database, 'statements'>;
  key: string;
}) {
  const { hashIdentifier } = createOtpCodes(key);
  const scope = database.statements({ accountId: platformAccountId });
  return {
    /**
     * Milliseconds to wait before comparing a password. Throws RATE_LIMITED for a caller out of
     * turn.
     */
    async holdMs(identifier: string): Promise<number> {
      const identifierHash = hashIdentifier(identifier);
      const [row] = await scope.read(missCount, { identifierHash, signInMemorySeconds });
      const { holdMs, spacingMs } = slowdownOf(row?.wrong ?? 0);
      if (spacingMs === 0) return holdMs;
      const admitted = await scope.run(admission, { identifierHash, spacingMs });
      if (admitted.length > 0) return holdMs;
      const seconds = Math.ceil(spacingMs / 1_000);
      throw failure('RATE_LIMITED', { limit: 'auth_identifier', retry_after_seconds: seconds });
    },
    async count(identifier: string): Promise<void> {
      await scope.run(miss, { identifierHash: hashIdentifier(identifier), signInMemorySeconds });
    },
  };
}

export type SignInMissRecords = ReturnType<typeof createSignInMissRecords>;
