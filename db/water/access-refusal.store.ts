import { appendAudit } from '../shared/audit.js';
import { statement, type Database } from '../shared/database.js';
import { emitEvents } from '../shared/outbox.js';
import { deviceAccessRefused } from './device.events.js';

/** What was refused at the gateway in one name and for one reason, since the last report. */
export interface AccessRefusal {
  kind: 'device' | 'listener';
  /** The device's id, or the account's whose events were to be listened to. */
  subjectId: string;
  reason: string;
  count: number;
  firstAt: string;
  lastAt: string;
  /** Where the first of them came from. */
  address: string | null;
}

const accountsOfDevices = statement(
  'refusals.accounts',
  `select a.device_id as "deviceId", a.account_id as "accountId" from water.device_attachments a
   where a.device_id = any($1::text[]) and a.detached_at is null`,
);
const accountExists = statement(
  'refusals.account',
  'select 1 as one from identity.accounts a where a.account_id = $1::uuid',
);

/** The audit log's view of what the gateway refused; as millrace_app, under each account's own context. */
export function createAccessRefusalStore({ read, inAccount }: Pick<Database, 'read' | 'inAccount'>) {
  async function accountsOf(refusals: readonly AccessRefusal[]): Promise<Map<string, AccessRefusal[]>> {
    const deviceIds = refusals.flatMap(({ kind, subjectId }) => (kind === 'device' ? [subjectId] : []));
    const rows = await read.inPlatform<{ deviceId: string; accountId: string }>(accountsOfDevices, [deviceIds]);
    const accountOf = new Map(rows.map(({ deviceId, accountId }) => [deviceId, accountId]));
    const ofAccounts = new Map<string, AccessRefusal[]>();
    for (const refusal of refusals) {
      const accountId = refusal.kind === 'device' ? accountOf.get(refusal.subjectId) : refusal.subjectId;
      if (accountId === undefined) continue;
      ofAccounts.set(accountId, [...(ofAccounts.get(accountId) ?? []), refusal]);
    }
    return ofAccounts;
  }

  async function recordInAccount(accountId: string, refusals: readonly AccessRefusal[]): Promise<void> {
    // A listener's name is what a stranger said, and a chain is begun for no account that there is not.
    if ((await read.inAccount(accountId, accountExists, [accountId])).length === 0) return;
    await inAccount(accountId, async (trx) => {
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
    });
  }

  return {
    /** One event and audit entry each, for those whose account is known; the others are in the log alone. */
    async record(refusals: readonly AccessRefusal[]): Promise<void> {
      for (const [accountId, ofAccount] of await accountsOf(refusals)) await recordInAccount(accountId, ofAccount);
    },
  };
}
export type AccessRefusalStore = ReturnType<typeof createAccessRefusalStore>;

const eventOf = (accountId: string, { subjectId, reason, count, firstAt, lastAt }: AccessRefusal) =>
  deviceAccessRefused.of({
    accountId,
    subjectId,
    payload: { device_id: subjectId, reason, count, first_at: firstAt, last_at: lastAt },
  });
