import { signInMemorySeconds, slowdownOf } from '../../workflows/identity/sign-in.rules.js';
import { failure } from '../../workflows/shared/failure.js';
import { statement, type Database } from '../shared/database.js';
import { createOtpCodes } from '../shared/otp-codes.js';

const wrongCount = statement(
  'sign_in_misses.count',
  `select m.wrong from identity.sign_in_misses m
   where m.identifier_hash = $1 and m.wrong_at > now() - make_interval(secs => $2)`,
);
const miss = statement(
  'sign_in_misses.miss',
  `insert into identity.sign_in_misses as m (identifier_hash, wrong) values ($1, 1)
   on conflict (identifier_hash) do update set wrong_at = now(),
     wrong = case when m.wrong_at > now() - make_interval(secs => $2) then m.wrong + 1 else 1 end`,
);
const admit = statement(
  'sign_in_misses.admit',
  `update identity.sign_in_misses set admitted_at = clock_timestamp()
   where identifier_hash = $1 and coalesce(admitted_at < clock_timestamp() - $2::float * interval '1 millisecond', true)
   returning 1 as admitted`,
);

/** Wrong passwords for an identifier, of devices that are not known, from all addresses; also where it is nobody's. */
export function createSignInMissRecords({
  database,
  key,
}: {
  database: Pick<Database, 'read' | 'write'>;
  key: string;
}) {
  const { hashIdentifier } = createOtpCodes(key);
  return {
    /** How long to wait before a password is looked at. Throws RATE_LIMITED where it is not this one's turn. */
    async holdMs(identifier: string): Promise<number> {
      const hash = hashIdentifier(identifier);
      const [row] = await database.read.inPlatform<{ wrong: number }>(wrongCount, [hash, signInMemorySeconds]);
      const { holdMs, spacingMs } = slowdownOf(row?.wrong ?? 0);
      if (spacingMs === 0) return holdMs;
      const admitted = await database.write.inPlatform(admit, [hash, spacingMs]);
      if (admitted.length > 0) return holdMs;
      const seconds = Math.ceil(spacingMs / 1_000);
      throw failure('RATE_LIMITED', { limit: 'auth_identifier', retry_after_seconds: seconds });
    },
    async count(identifier: string): Promise<void> {
      await database.write.inPlatform(miss, [hashIdentifier(identifier), signInMemorySeconds]);
    },
  };
}

export type SignInMissRecords = ReturnType<typeof createSignInMissRecords>;
