import { holds, type RowInvariant } from '../shared/invariant.js';

export const notificationInvariants: readonly RowInvariant[] = [
  holds(
    'I2',
    'an alert and its event',
    `select a.alert_id::text as found from notifications.alerts a where not exists (select 1 from platform.events e
       where e.event_type = 'ALERT_CREATED' and e.subject_id = a.alert_id::text)`,
  ),
  holds(
    'I11',
    'an alert is of an account of its event',
    `select a.alert_id::text as found from notifications.alerts a join platform.events e using (event_id)
     where a.account_id is distinct from e.account_id and a.account_id is distinct from e.counterpart_account_id`,
  ),
];
