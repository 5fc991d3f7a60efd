import type {
  Prerequisites,
  QuietHours,
  Toggles,
} from '../../../workflows/identity/notice/preference.rules.js';
import { boolean, json, orNull, uuid } from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

interface Preferences {
  toggles: Toggles;
  quietHours: QuietHours | null;
}

const preferencesOfMember = query({
  name: 'preference.ofMember',
  parameters: { accountId: uuid, principalId: uuid },
  row: { toggles: json<Toggles>(), quietHours: orNull(json<QuietHours>()) },
  text: `select p.toggles, p.quiet_hours from identity.notification_preferences p
   where p.account_id = :accountId and p.principal_id = :principalId`,
});

const pushTokenPresence = query({
  name: 'preference.hasPushToken',
  parameters: { accountId: uuid, principalId: uuid },
  row: { hasPushToken: boolean },
  text: `select exists (select from identity.push_tokens t
     where t.account_id = :accountId and t.principal_id = :principalId) as has_push_token`,
});

const provedContacts = query({
  name: 'preference.provedContacts',
  parameters: { principalId: uuid },
  row: { isPhoneVerified: boolean, isEmailVerified: boolean },
  text: `select u.phone_verified_at is not null as is_phone_verified, u.email_verified_at is not null as is_email_verified
   from identity.users u where u.principal_id = :principalId`,
});

/** Of a member of the scope's account. */
export const preferenceViews = (scope: ReadScope) => ({
  async ofMember(principalId: string): Promise<Preferences> {
    const { accountId } = scope;
    const [row] = await scope.read(preferencesOfMember, { accountId, principalId });
    return row ?? { toggles: {}, quietHours: null };
  },

  async hasPushToken(principalId: string): Promise<boolean> {
    const { accountId } = scope;
    const [row] = await scope.read(pushTokenPresence, { accountId, principalId });
    return row?.hasPushToken === true;
  },
});

/** Whether a person's contacts are proved; in the person's own scope. */
export async function contactsOf(
  scope: ReadScope,
): Promise<Pick<Prerequisites, 'isPhoneVerified' | 'isEmailVerified'>> {
  const [contacts] = await scope.read(provedContacts, { principalId: scope.principalId });
  return contacts ?? { isPhoneVerified: false, isEmailVerified: false };
}
