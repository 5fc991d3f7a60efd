import { failure } from '../../../workflows/shared/failure.js';
import { appendAudit, platformContextOf, type AuditedRequest } from '../../audit/audit.js';
import type { Database, WriteScope } from '../../connection/database.js';
import { AccessGrant } from '../account/access-grant.model.js';
import { avatarOfPatch, removeAvatars } from '../avatar/avatar.records.js';
import { User } from '../user/user.model.js';

/** A person's own changes; fields left out stay, null empties. */
export interface ProfilePatch {
  firstName?: string | null | undefined;
  lastName?: string | null | undefined;
  preferredLanguage?: string | undefined;
  defaultAccountId?: string | null | undefined;
  avatarUri?: string | null | undefined;
}

/** Profiles are rows of people, and written by the platform. */
export function createProfileRecords({ database }: { database: Pick<Database, 'transaction'> }) {
  return {
    /** Refused, as a whole, for an account without the person and for another's picture. */
    update: (
      principalId: string,
      { avatarUri, ...fields }: ProfilePatch,
      audited: AuditedRequest,
    ): Promise<void> =>
      database.transaction(platformContextOf(audited), async (scope) => {
        await assertMember(scope, principalId, fields.defaultAccountId);
        const avatar =
          avatarUri === undefined
            ? {}
            : { avatarId: await avatarOfPatch(scope, principalId, avatarUri) };
        const changes = Object.entries({ ...fields, ...avatar }).filter(
          ([, value]) => value !== undefined,
        );
        const [user] = await User.query(scope.transaction)
          .where({ principalId })
          .patch(Object.fromEntries(changes))
          .returning('userId');
        if (!user) throw failure('UNAUTHENTICATED');
        if (avatarUri !== undefined) await removeAvatars(scope, principalId, 0);
        await appendAudit(scope, { ...audited, subjectId: user.userId, principalId });
      }),
  };
}
export type ProfileRecords = ReturnType<typeof createProfileRecords>;

async function assertMember(
  { transaction }: WriteScope,
  principalId: string,
  accountId: string | null | undefined,
): Promise<void> {
  if (typeof accountId !== 'string') return;
  const key = { accountId, principalId, resourceType: 'account', resourceId: accountId };
  if (await AccessGrant.query(transaction).findOne(key)) return;
  const errors = [{ path: '/default_org_id', message: 'must be an account of yours' }];
  throw failure('VALIDATION_ERROR', { errors });
}
