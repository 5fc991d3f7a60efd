import { appendAudit } from '../../audit/audit.js';
import {
  bigInteger,
  listOf,
  orNull,
  text,
  textOf,
  timestamp,
  uuid,
  type Values,
} from '../../connection/column.js';
import type { WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { emitEvents } from '../../shared/outbox.js';
import type { AccessRefusal } from './access-refusal.inbox.js';
import { deviceAccessRefused } from '../device.events.js';

const refusal = {
  kind: textOf<AccessRefusal['kind']>(),
  subjectId: text,
  reason: text,
  count: bigInteger,
  firstAt: timestamp,
  lastAt: timestamp,
  address: orNull(text),
};
type Refusal = Values<typeof refusal>;

const removeRefusals = query({
  name: 'refusals.remove',
  parameters: { accountId: uuid },
  row: refusal,
  text: `with removed as (delete from devices.access_refusals r where r.account_id = :accountId returning r.*)
   select ${listOf(refusal, 'r')} from removed r order by r.first_at, r.refusal_id`,
});

/** Reports the gateway's refusals; as millrace_app, in the account's transaction. */
export const accessRefusalStore = (scope: WriteScope) => ({
  /**
   * Reports the account's refusals: one entry of the audit log each, and for devices an event. The
   * refusals are removed in the same transaction, so each is reported once; a second run finds
   * none.
   */
  async report(): Promise<void> {
    const { accountId } = scope;
    const refusals = await scope.run(removeRefusals, { accountId });
    const ofDevices = refusals.filter(({ kind }) => kind === 'device');
    await emitEvents(
      scope,
      ofDevices.map((each) => eventOf(accountId, each)),
    );
    for (const { kind, subjectId, reason, count, address } of refusals) {
      await appendAudit(scope, {
        action: 'mqtt.refuse',
        subjectType: kind === 'device' ? 'device' : 'account',
        subjectId,
        ip: address,
        // No route of the API: reason and number of refusals since the entry before.
        route: `MQTT ${reason} ${count}`,
      });
    }
  },
});

const eventOf = (accountId: string, { subjectId, reason, count, firstAt, lastAt }: Refusal) =>
  deviceAccessRefused.of({
    accountId,
    subjectId,
    payload: { device_id: subjectId, reason, count, first_at: firstAt, last_at: lastAt },
  });
