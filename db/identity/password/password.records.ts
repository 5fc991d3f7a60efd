import { failure } from '../../../workflows/shared/failure.js';
import { appendAudit, platformContextOf, type AuditedRequest } from '../../audit/audit.js';
import { orNull, text, uuid } from '../../connection/column.js';
import { platformAccountId, type Database, type ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { change, runChange } from '../../shared/outbox.js';
import { endMfaChallenges } from '../mfa/mfa-challenge.records.js';
import { securityNotice } from '../notice/notice.events.js';
import { endSessions } from '../session/session-end.records.js';
import { passwordChanged } from './password.events.js';

const passwordOfUser = query({
  name: 'password.ofUser',
  parameters: { userId: uuid },
  row: { passwordHash: orNull(text), email: orNull(text), phoneE164: orNull(text) },
  text: `select u.password_hash, u.email::text, u.phone_e164 from identity.users u
   where u.user_id = :userId and u.status = 'ACTIVE'`,
});

const replacement = change({
  name: 'password.replace',
  parameters: { userId: uuid, passwordHash: text, oldHash: text },
  row: { userId: uuid },
  text: `update identity.users u set password_hash = :passwordHash
   where u.user_id = :userId and u.status = 'ACTIVE' and u.password_hash = :oldHash returning u.user_id`,
});

const rehash = query({
  name: 'password.rehash',
  parameters: { userId: uuid, passwordHash: text, oldHash: text },
  row: { userId: uuid },
  text: `update identity.users u set password_hash = :passwordHash
   where u.user_id = :userId and u.password_hash = :oldHash returning u.user_id`,
});

interface ChangedPassword {
  userId: string;
  principalId: string;
  /** The caller's own session, which goes on. */
  sessionId: string;
  passwordHash: string;
  /** The compared hash: a password changed meanwhile is another. */
  oldHash: string;
}

const platform = { accountId: platformAccountId };

export function createPasswordRecords({ database }: { database: Pick<Database, 'transaction'> }) {
  return {
    /** Throws INVALID_CREDENTIALS where the password has changed since the comparison. */
    change: (changed: ChangedPassword, audited: AuditedRequest): Promise<void> =>
      database.transaction(platformContextOf(audited), async (scope) => {
        const { userId, principalId, sessionId, passwordHash, oldHash } = changed;
        const payload = { user_id: userId };
        const event = { accountId: null, subjectId: userId, actorPrincipalId: principalId };
        const users = await runChange(scope, replacement, { userId, passwordHash, oldHash }, [
          passwordChanged.of({ ...event, payload }),
          securityNotice(userId, 'PASSWORD_CHANGED'),
        ]);
        if (users.length === 0) throw failure('INVALID_CREDENTIALS');
        await endMfaChallenges(scope, userId);
        await endSessions(scope, {
          userId,
          exceptSessionId: sessionId,
          reason: 'PASSWORD_CHANGED',
          actorPrincipalId: principalId,
        });
        await appendAudit(scope, { ...audited, subjectId: userId, principalId });
      }),

    /**
     * Stores the same password under a hash of today's cost; a changed password stays. Returns
     * whether the hash was stored.
     */
    rehash: (userId: string, hashes: { oldHash: string; passwordHash: string }): Promise<boolean> =>
      database.transaction(platform, async (scope) => {
        const stored = await scope.run(rehash, { userId, ...hashes });
        return stored.length > 0;
      }),
  };
}
export type PasswordRecords = ReturnType<typeof createPasswordRecords>;

/** In a scope of the platform, or of the user's principal. */
export const passwordViews = (scope: ReadScope) => ({
  async ofUser(userId: string) {
    const [user] = await scope.read(passwordOfUser, { userId });
    return user;
  },
});
