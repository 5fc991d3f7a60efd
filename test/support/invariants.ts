import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type pg from 'pg';
import { deviceState, deviceWorkflowId, deviceWorkflowType } from '../../workflows/water/device.contract.js';
import { orderWorkflowId, orderWorkflowType, type Order } from '../../workflows/water/order.contract.js';
import { isClosed, waitingFor } from '../../workflows/water/order-deadline.rules.js';
import { foldOrder, type OrderEventRow } from './order-fold.js';

export interface InvariantParts {
  /** As a superuser, past every policy. */
  admin: pg.Pool;
  temporal: Client;
}

/** What must hold of a database at any moment; each query answers what breaks it. */
const ofTheRows: Readonly<Record<string, string>> = {
  'an order and its first event are there together': `
    select o.order_id::text as found from water.orders o where not exists (select 1 from platform.events e
      where e.subject_type = 'order' and e.subject_id = o.order_id::text and e.event_type = 'ORDER_CREATED')
    union all select e.subject_id from platform.events e where e.event_type = 'ORDER_CREATED'
      and not exists (select 1 from water.orders o where o.order_id::text = e.subject_id)`,

  'the events of a subject are numbered without a gap': `
    select subject_type || '/' || subject_id as found from platform.event_subjects s
    left join (select subject_type, subject_id, count(*) as n, count(distinct subject_seq) as seqs, min(subject_seq) as first,
      max(subject_seq) as last from platform.events group by 1, 2) e using (subject_type, subject_id)
    where (e.n, e.seqs, e.first, e.last) is distinct from (s.last_seq, s.last_seq, 1::bigint, s.last_seq)`,

  'an event is dispatched within a minute, or is a dead letter': `
    select event_type || ' ' || event_id as found from platform.events
    where dispatched_at is null and dead_lettered_at is null and available_at < now() - interval '1 minute'`,

  'a delivery is sent within a minute, or a dead letter holds its lane': `
    select d.consumer_id || ' ' || d.event_id as found from platform.deliveries d join platform.lanes l using (lane_id)
    join platform.consumers c on c.consumer_id = d.consumer_id and c.status = 'ACTIVE' and c.paused_until is null
    where d.state = 'PENDING' and d.created_at < now() - interval '1 minute' and l.due_at is distinct from 'infinity'`,

  'a lane waits exactly while something is in it, and is held exactly by a dead letter': `
    select l.consumer_id || ' ' || l.subject_type || '/' || l.subject_id as found from platform.lanes l
    where (l.due_at = 'infinity') is distinct from (exists (select 1 from platform.deliveries d where d.lane_id = l.lane_id
        and d.state = 'DEAD' and d.released_at is null)) and l.due_at is not null
      or l.due_at is null and exists (select 1 from platform.deliveries d where d.lane_id = l.lane_id and d.state = 'PENDING')`,

  'a message of a device is kept once': `
    select device_id || ' ' || seq as found from water.device_telemetry_messages group by device_id, seq having count(*) > 1`,

  'the messages of a device are numbered without a gap, and its inbox knows exactly them': `
    select i.device_id as found from water.device_inboxes i
    left join (select device_id, count(*) as n, count(distinct accepted_no) as numbers, min(accepted_no) as first,
      max(accepted_no) as last, range_agg(int8range(seq, seq, '[]')) as seqs
      from water.device_telemetry_messages group by 1) m using (device_id)
    where (coalesce(m.n, 0), coalesce(m.numbers, 0), coalesce(m.last, 0), coalesce(m.seqs, '{}'))
        is distinct from (i.accepted_to, i.accepted_to, i.accepted_to, i.seqs)
      or m.first > 1 or i.derived_to > i.accepted_to or i.signalled_to > i.accepted_to`,

  'a message makes one reading at most, and none before its turn': `
    select device_id || ' ' || device_seq as found from water.reservoir_readings where device_id is not null
    group by device_id, device_seq having count(*) > 1
    union all select r.device_id || ' ' || r.device_seq || ' early' from water.reservoir_readings r
    join water.device_telemetry_messages m on m.device_id = r.device_id and m.seq = r.device_seq
    join water.device_inboxes i on i.device_id = r.device_id where m.accepted_no > i.derived_to`,

  'a level is what the last reading that moved it said': `
    select l.reservoir_id::text as found from water.reservoir_levels l join water.reservoir_readings r using (account_id, reading_id)
    where (l.level_pct, l.recorded_at) is distinct from (r.level_pct, r.recorded_at)`,

  'a level state is the one last told': `
    select l.reservoir_id::text as found from water.reservoir_levels l
    join lateral (select e.payload ->> 'level_state' as told from platform.events e
      where e.event_type = 'RESERVOIR_LEVEL_STATE_CHANGED' and e.subject_id = l.reservoir_id::text
      order by e.subject_seq desc limit 1) e on true
    where e.told is distinct from l.level_state`,

  'a level change raises one alert': `
    select e.event_id::text as found from platform.events e
    where e.event_type = 'RESERVOIR_LEVEL_STATE_CHANGED'
      and exists (select 1 from platform.deliveries d where d.event_id = e.event_id
        and d.consumer_id = 'internal/level-alerts' and d.state = 'SENT')
      and exists (select 1 from water.reservoirs r where r.account_id = e.account_id and r.reservoir_id::text = e.subject_id)
      and (select count(*) from water.alerts a where a.account_id = e.account_id and a.event_id = e.event_id) <> 1`,

  'a seller’s rating is the sum of its reviews': `
    select p.account_id::text as found from water.seller_profiles p left join (select seller_account_id, sum(rating) as total, count(*) as n
      from water.order_reviews where author_party = 'BUYER' group by 1) v on v.seller_account_id = p.account_id
    where (p.rating_sum, p.review_count) is distinct from (coalesce(v.total, 0), coalesce(v.n, 0))`,

  'what a plan counts is what there is': `
    select account_id || ' ' || resource || ': ' || used || ' ≠ ' || counted as found from identity.usage_faults()`,

  'what a device sent belongs to an account that had it': `
    select m.device_id || ' ' || m.seq as found from water.device_telemetry_messages m where not exists (
      select 1 from water.device_attachments a where a.account_id = m.account_id and a.device_id = m.device_id
        and a.attached_at <= m.received_at and coalesce(a.detached_at, 'infinity') >= m.received_at)`,
};

/** Every breach of what must hold, in words; none when all is well. Reads only. */
export async function findBreaches({ admin, temporal }: InvariantParts): Promise<string[]> {
  const breaches: string[] = [];
  for (const [name, query] of Object.entries(ofTheRows)) {
    const { rows } = await admin.query<{ found: string }>(`select * from (${query}) broken limit 20`);
    breaches.push(...rows.map(({ found }) => `${name}: ${found}`));
  }
  return [...breaches, ...(await ordersApart(admin, temporal)), ...(await devicesApart(admin, temporal))];
}

/** Of the order, only what is read here. */
type OrderRow = Order & { events: OrderEventRow[] };

const orders = `
  select o.order_id as "orderId", o.status, o.version, o.next_deadline as "nextDeadline", o.overdue_at as "overdueAt",
    o.buyer_confirmation as "buyerConfirmation", o.seller_confirmation as "sellerConfirmation",
    (select json_agg(json_build_object('event_type', e.event_type, 'payload', e.payload) order by e.subject_seq)
     from platform.events e where e.subject_type = 'order' and e.subject_id = o.order_id::text) as events
  from water.orders o`;

/** Row, events and workflow of an order say the same; and no workflow is at work on an order that is not there. */
async function ordersApart(admin: pg.Pool, temporal: Client): Promise<string[]> {
  const breaches: string[] = [];
  const { rows } = await admin.query<OrderRow>(orders);
  for (const row of rows) {
    const told = foldOrder(row.events ?? []);
    if ('fault' in told) breaches.push(`order ${row.orderId}: ${told.fault}`);
    else if (told.status !== row.status || told.version !== row.version)
      breaches.push(
        `order ${row.orderId} is ${row.status}/${row.version}, its events say ${told.status}/${told.version}`,
      );
    const remembered = await workflowOf(temporal, row);
    const expected = waitingFor(row);
    if (remembered !== expected)
      breaches.push(`order ${row.orderId}: “${expected}”, its workflow says “${remembered}”`);
  }
  const known = new Set(rows.map(({ orderId }) => orderWorkflowId(orderId)));
  for await (const { workflowId } of temporal.workflow.list({ query: running(orderWorkflowType) }))
    if (!known.has(workflowId)) breaches.push(`${workflowId} is at work on an order that is not there`);
  return breaches;
}

/** What the workflow says it waits for, as people read it. One that ended long ago is no longer kept. */
async function workflowOf(temporal: Client, row: OrderRow): Promise<string> {
  const handle = temporal.workflow.getHandle(orderWorkflowId(row.orderId));
  try {
    const { status } = await handle.describe();
    if (isClosed(row, Date.now()) !== (status.name === 'COMPLETED')) return status.name;
    return (await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata')).currentDetails;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    return isClosed(row, Date.now()) ? waitingFor(row) : 'nothing';
  }
}

/** A device that has sent something has one workflow at work, which has derived all that it was told of. */
async function devicesApart(admin: pg.Pool, temporal: Client): Promise<string[]> {
  const breaches: string[] = [];
  const { rows } = await admin.query<{ deviceId: string; derivedTo: number }>(
    'select device_id as "deviceId", derived_to as "derivedTo" from water.device_inboxes where derived_to > 0',
  );
  for (const { deviceId, derivedTo } of rows) {
    const state = await temporal.workflow.getHandle(deviceWorkflowId(deviceId)).query(deviceState);
    if (state.derivedTo !== derivedTo) breaches.push(`device ${deviceId}: ${state.derivedTo} ≠ ${derivedTo} derived`);
  }
  const known = new Set(rows.map(({ deviceId }) => deviceWorkflowId(deviceId)));
  const counted = await temporal.workflow.count(running(deviceWorkflowType));
  if (counted.count < known.size) breaches.push(`${counted.count} device workflows for ${known.size} devices`);
  return breaches;
}

const running = (type: string): string => `WorkflowType = '${type}' and ExecutionStatus = 'Running'`;
