import { boolean, integer, orNull, timestamp, uuid, type Values } from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

const factors = { enabled: boolean, confirmedAt: orNull(timestamp), recoveryCodesLeft: integer };

const factorsOfUser = query({
  name: 'mfa.factors',
  parameters: { userId: uuid },
  row: factors,
  text: `select f.confirmed_at is not null as enabled, f.confirmed_at,
     (select count(*)::int from identity.recovery_codes r where r.user_id = u.user_id) as recovery_codes_left
   from identity.users u
   left join identity.mfa_factors f on f.user_id = u.user_id and f.confirmed_at is not null
   where u.user_id = :userId`,
});

/** In a scope of the platform. */
export const mfaViews = (scope: ReadScope) => ({
  async ofUser(userId: string): Promise<Values<typeof factors> | undefined> {
    const [row] = await scope.read(factorsOfUser, { userId });
    return row;
  },
});
