import { createHash, randomBytes } from 'node:crypto';
import type { Channel } from '../../../workflows/identity/otp.contract.js';
import { secondFactors } from '../../../workflows/identity/mfa/mfa.contract.js';
import {
  challengeSeconds,
  maxChallengeTries,
  secondFactorMethods,
} from '../../../workflows/identity/mfa/mfa.rules.js';
import { failure } from '../../../workflows/shared/failure.js';
import { arrayOf, bytes, integer, orNull, text, textOf, uuid } from '../../connection/column.js';
import { platformAccountId, type Database, type WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { countMfaTry } from './mfa-try.records.js';
import { proveSecondFactor, createMfaSecrets, type SecondFactor } from './mfa-proof.records.js';

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/**
 * Of a person's challenges the newest stay. The lock orders a challenge and a change of password: a
 * later change ends the challenge, and an earlier one refuses it.
 */
const newChallenge = query({
  name: 'mfaChallenge.add',
  parameters: {
    tokenHash: bytes,
    userId: uuid,
    channel: orNull(textOf<Channel>()),
    amr: arrayOf(text),
    challengeSeconds: integer,
    passwordHash: orNull(text),
  },
  row: { userId: uuid },
  text: `with oldest as (
     delete from identity.mfa_challenges where token_hash = any (array(
       select c.token_hash from identity.mfa_challenges c where c.user_id = :userId
       order by c.created_at desc offset 19))
   )
   insert into identity.mfa_challenges (token_hash, user_id, channel, amr, expires_at)
   select :tokenHash, u.user_id, :channel, :amr, now() + make_interval(secs => :challengeSeconds)
   from identity.users u where u.user_id = :userId and (:passwordHash is null or u.password_hash = :passwordHash)
   for share of u returning user_id`,
});

const challengeTry = query({
  name: 'mfaChallenge.countTry',
  parameters: { tokenHash: bytes, maxChallengeTries: integer },
  row: { userId: uuid },
  text: `update identity.mfa_challenges c set attempts = c.attempts + 1
   from identity.users u
   where c.token_hash = :tokenHash and c.attempts < :maxChallengeTries and c.expires_at > now()
     and u.user_id = c.user_id and u.status = 'ACTIVE'
   returning c.user_id`,
});

const firstFactor = {
  userId: uuid,
  amr: arrayOf(text),
  /** The identifier used, where one was. */
  identifier: orNull(text),
};

const challengeUse = query({
  name: 'mfaChallenge.use',
  parameters: { tokenHash: bytes },
  row: firstFactor,
  text: `delete from identity.mfa_challenges c using identity.users u
   where c.token_hash = :tokenHash and u.user_id = c.user_id
   returning c.user_id, c.amr,
     case c.channel when 'EMAIL' then u.email::text when 'SMS' then u.phone_e164 end as identifier`,
});

const challengesEnd = query({
  name: 'mfaChallenge.endAll',
  parameters: { userId: uuid },
  text: 'delete from identity.mfa_challenges where user_id = :userId',
});

/** Ends a person's sign-ins under way: with the first factor shown, and the second not yet. */
export const endMfaChallenges = (scope: WriteScope, userId: string) =>
  scope.run(challengesEnd, { userId });

/** A sign-in whose first factor was right. */
interface FirstFactor {
  userId: string;
  /** How it was shown (RFC 8176), such as `pwd`. */
  amr: readonly string[];
  /** The channel of the identifier used. */
  channel: Channel | null;
  /** The compared hash, for a password. */
  passwordHash?: string;
}

interface ProvedSignIn {
  userId: string;
  amr: readonly string[];
  identifier: string | null;
}

export function createMfaChallengeRecords({
  database,
  secondFactorKey,
}: {
  database: Pick<Database, 'statements' | 'transaction'>;
  /** 32 bytes in hex. */
  secondFactorKey: string;
}) {
  const secrets = createMfaSecrets(secondFactorKey);
  const platform = { accountId: platformAccountId };
  return {
    /**
     * Throws MFA_REQUIRED, with the token by which the sign-in goes on; INVALID_CREDENTIALS for a
     * password changed meanwhile.
     */
    async demand({ userId, amr, channel, passwordHash }: FirstFactor): Promise<never> {
      const token = randomBytes(32).toString('base64url');
      const challenge = {
        userId,
        channel,
        amr,
        challengeSeconds,
        passwordHash: passwordHash ?? null,
      };
      const tokenHash = hashOf(token);
      const stored = await database
        .statements(platform)
        .run(newChallenge, { ...challenge, tokenHash });
      if (stored.length === 0) throw failure('INVALID_CREDENTIALS');
      throw failure('MFA_REQUIRED', {
        mfa_token: token,
        methods: [...secondFactors],
        expires_in_seconds: challengeSeconds,
      });
    },

    /**
     * Counts a try of the sign-in and of the person, committed before anything is compared. Throws
     * INVALID_MFA_TOKEN for a sign-in that is over, and RATE_LIMITED for a person out of tries.
     */
    countTry: (token: string): Promise<void> =>
      database.transaction(platform, async (scope) => {
        const tokenHash = hashOf(token);
        const [challenge] = await scope.run(challengeTry, { tokenHash, maxChallengeTries });
        if (!challenge) throw failure('INVALID_MFA_TOKEN');
        await countMfaTry(scope, challenge.userId);
      }),

    /**
     * Completes a sign-in in the scope of the session that it opens. Of answers at once, a single
     * answer does.
     */
    async complete(scope: WriteScope, token: string, proof: SecondFactor): Promise<ProvedSignIn> {
      const [signIn] = await scope.run(challengeUse, { tokenHash: hashOf(token) });
      if (!signIn) throw failure('INVALID_MFA_TOKEN');
      await proveSecondFactor(scope, { userId: signIn.userId, proof, secrets });
      return { ...signIn, amr: [...signIn.amr, ...secondFactorMethods] };
    },
  };
}

export type MfaChallengeRecords = ReturnType<typeof createMfaChallengeRecords>;
