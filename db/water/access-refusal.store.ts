import { appendAudit } from '../shared/audit.js';
import { statement, type Database } from '../shared/database.js';
import { emitEvents } from '../shared/outbox.js';
import { runHot } from '../shared/hot.js';
import type { AccessRefusal } from './access-refusal.inbox.js';
import { deviceAccessRefused } from './device.events.js';

const mostAccounts = 500;
const accountsWithRefusals = statement(
  'refusals.accounts',
  `select distinct r.account_id as "accountId" from water.access_refusals r limit ${mostAccounts}`,
);
const removeOfAccount = statement(
  'refusals.remove',
  `with removed as (delete from water.access_refusals r where r.account_id = ?::uuid returning r.*)
   select r.kind, r.subject_id as "subjectId", r.reason, r.count, r.first_at as "firstAt", r.last_at as "lastAt", r.address
   from removed r order by r.first_at, r.refusal_id`,
);

interface KeptRefusal extends Omit<AccessRefusal, 'refusalId' | 'firstAgoMs' | 'lastAgoMs'> {
  firstAt: string;
  lastAt: string;
}

/** What becomes of the gateway's refusals; as millrace_app, under each account's own context. */
export function createAccessRefusalStore({ read, inAccount }: Pick<Database, 'read' | 'inAccount'>) {
  return {
    /** Of which the gateway has left some that are not told. */
    accounts: async (): Promise<string[]> =>
      (await read.inPlatform<{ accountId: string }>(accountsWithRefusals, [])).map(({ accountId }) => accountId),

    /**
     * Tells an account what was refused: one entry of the audit log each, and for devices an event. In one transaction with
     * their removal, so each is told once; whoever comes second finds none.
     */
    report: (accountId: string): Promise<void> =>
      inAccount(accountId, async (trx) => {
        const refusals = await runHot<KeptRefusal>(trx, removeOfAccount, [accountId]);
        await emitEvents(
          trx,
          refusals.flatMap((refusal) => (refusal.kind === 'device' ? [eventOf(accountId, refusal)] : [])),
        );
        for (const { kind, subjectId, reason, count, address } of refusals) {
          await appendAudit(trx, {
            action: 'mqtt.refuse',
            subjectType: kind === 'device' ? 'device' : 'account',
            subjectId,
            ip: address,
            // No route of the API: what was refused, and how often since the entry before.
            route: `MQTT ${reason} ${count}`,
          });
        }
      }),
  };
}
export type AccessRefusalStore = ReturnType<typeof createAccessRefusalStore>;

const eventOf = (accountId: string, { subjectId, reason, count, firstAt, lastAt }: KeptRefusal) =>
  deviceAccessRefused.of({
    accountId,
    subjectId,
    payload: { device_id: subjectId, reason, count, first_at: firstAt, last_at: lastAt },
  });
