import { auditExportKeptDays } from '../../workflows/platform/audit-export.contract.js';
import { arrayOf, integer, uuid } from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { holds, limitOfFound, type RowInvariant } from '../shared/invariant.js';

export const platformInvariants: readonly RowInvariant[] = [
  holds(
    'I2',
    'an export that was asked for and its event',
    `select e.export_id::text as found from platform.audit_exports e where not exists (select 1 from platform.events v
       where v.subject_type = 'audit-export' and v.subject_id = e.export_id::text and v.event_type = 'AUDIT_EXPORT_REQUESTED')`,
  ),
  holds(
    'I3',
    'an event is dispatched',
    `select e.event_type || ' ' || e.event_id as found from platform.events e
     where e.dispatched_at is null and e.dead_lettered_at is null and e.available_at < now() - interval '1 minute'`,
  ),
  holds(
    'I3',
    'a delivery is sent, or a dead letter holds its lane',
    `select d.consumer_id || ' ' || d.event_id as found from platform.deliveries d join platform.lanes l using (lane_id)
     join platform.consumers c on c.consumer_id = d.consumer_id and c.status = 'ACTIVE' and c.paused_until is null
     where d.state = 'PENDING' and d.created_at < now() - interval '1 minute' and l.due_at is distinct from 'infinity'`,
  ),
  holds(
    'I3',
    'a lane waits exactly while something is in it, and is held exactly by a dead letter',
    `select l.consumer_id || ' ' || l.subject_type || '/' || l.subject_id as found from platform.lanes l
     where (l.due_at = 'infinity') is distinct from (exists (select 1 from platform.deliveries d where d.lane_id = l.lane_id
         and d.state = 'DEAD' and d.released_at is null)) and l.due_at is not null
       or l.due_at is null and exists (select 1 from platform.deliveries d where d.lane_id = l.lane_id and d.state = 'PENDING')`,
  ),
  // A rewound event comes again: only deliveries of the same turn are in order, and none behind
  // what people let go by.
  holds(
    'I3',
    'no event overtakes the one before it',
    `select d.consumer_id || ' ' || d.event_id as found from (
       select d.*, lag(d.finished_at, 1, '-infinity') over lane as before, lag(d.state) over lane as state_before,
         lag(d.created_at) over lane as created_before, lag(d.released_at) over lane as released_before
       from (select t.*, row_number() over (partition by t.consumer_id, t.event_id order by t.created_at, t.delivery_id) as turn
         from platform.deliveries t) d
       window lane as (partition by d.lane_id, d.turn order by d.subject_seq)) d
     where d.state = 'SENT' and d.created_before <= d.created_at and d.released_before is null
       and (d.state_before in ('PENDING', 'DEAD') or d.before > d.finished_at)`,
  ),
  // An expired export is being removed.
  holds(
    'I7',
    'an export that is done has all its files',
    `select e.export_id::text as found from platform.audit_exports e where e.status = 'DONE'
       and e.finished_at > now() - make_interval(days => ${auditExportKeptDays}) and (select count(*) from platform.objects o
         where o.account_id = e.account_id and o.object_id in (e.entries_object_id, e.manifest_object_id, e.signature_object_id)) < 3`,
  ),
  holds(
    'I8',
    'from one to the last that was given out',
    `select s.subject_type || '/' || s.subject_id as found from platform.event_subjects s
     left join (select e.subject_type, e.subject_id, count(*) as n, count(distinct e.subject_seq) as seqs,
       min(e.subject_seq) as first, max(e.subject_seq) as last from platform.events e group by 1, 2) e
       using (subject_type, subject_id)
     where (e.n, e.seqs, e.first, e.last) is distinct from (s.last_seq, s.last_seq, 1::bigint, s.last_seq)`,
  ),
  holds(
    'I11',
    'a delivery is of its consumer’s account, and its event one that this account may see',
    `select d.delivery_id::text as found from platform.deliveries d join platform.consumers c using (consumer_id)
     join platform.events e using (event_id)
     where d.account_id is distinct from coalesce(c.account_id, e.account_id)
       or c.account_id not in (coalesce(e.account_id, platform.nil_uuid()), coalesce(e.counterpart_account_id, platform.nil_uuid()))`,
  ),
  holds(
    'I5',
    'what a circuit breaker did and was delivered raises one alert',
    `select e.event_id::text as found from platform.events e
     where e.event_type in ('WEBHOOK_SUSPENDED', 'WEBHOOK_RECOVERED', 'WEBHOOK_DISABLED')
       and exists (select 1 from platform.deliveries d where d.event_id = e.event_id
         and d.consumer_id = 'internal/webhook-alerts' and d.state = 'SENT')
       and exists (select 1 from platform.webhooks w where w.account_id = e.account_id and w.webhook_id::text = e.subject_id)
       and (select count(*) from notifications.alerts a where a.account_id = e.account_id and a.event_id = e.event_id) <> 1`,
  ),
  // A death is told by an event, except of such news, and that event's delivery to whoever raises
  // the alert is not kept for ever.
  holds(
    'I7',
    'a dead letter that holds a lane of a webhook has an open alert',
    `select d.delivery_id::text as found from platform.deliveries d
     join platform.webhooks w on w.account_id = d.account_id and 'webhook/' || w.webhook_id = d.consumer_id
     where d.state = 'DEAD' and d.released_at is null
       and exists (select 1 from platform.events e join platform.deliveries t on t.event_id = e.event_id
           and t.consumer_id = 'internal/webhook-alerts' and t.state = 'SENT'
         where e.event_type = 'DELIVERY_DIED' and e.subject_type = 'delivery' and e.subject_id = d.delivery_id::text
           and e.occurred_at >= d.dead_at)
       and not exists (select 1 from notifications.alerts a where a.account_id = w.account_id and a.subject_type = 'webhook'
         and a.subject_id = w.webhook_id::text and a.message_key = 'webhook.dead_letter' and a.resolved_at is null)`,
  ),
];

const startedExports = query({
  name: 'invariants.started_exports',
  parameters: { limit: integer },
  row: { exportId: uuid },
  text: `
  select e.export_id from platform.audit_exports e
  join platform.events v on v.event_type = 'AUDIT_EXPORT_REQUESTED'
    and v.subject_type = 'audit-export' and v.subject_id = e.export_id::text
  join platform.deliveries d on d.event_id = v.event_id
    and d.consumer_id = 'internal/audit-exports' and d.state = 'SENT'
  where e.status = 'RUNNING' order by e.export_id desc limit :limit`,
});
const lostExports = query({
  name: 'invariants.lost_exports',
  parameters: { exportIds: arrayOf(uuid) },
  row: { exportId: uuid },
  text: `
  select g.export_id from unnest(:exportIds) as g(export_id)
  where not exists (select 1 from platform.audit_exports e where e.export_id = g.export_id)
  limit ${limitOfFound}`,
});

/** In a scope that sees past every policy. */
export const platformInvariantViews = (scope: ReadScope) => ({
  /** Exports started and not ended. */
  async startedExports(limit: number): Promise<string[]> {
    const started = await scope.read(startedExports, { limit });
    return started.map(({ exportId }) => exportId);
  },

  /** Of the given exports, those without a row. */
  async exportsLost(exportIds: ReadonlySet<string>): Promise<string[]> {
    const lost = await scope.read(lostExports, { exportIds: [...exportIds] });
    return lost.map(({ exportId }) => `export ${exportId}`);
  },
});
