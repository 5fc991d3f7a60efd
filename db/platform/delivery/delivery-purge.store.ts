import { bigInteger } from '../../connection/column.js';
import type { StatementScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

/** Long enough to answer "did they get it?" and to reconcile. */
const keptHours = 72;
const rowsATime = 5_000;

const purge = (name: string, deletion: string) =>
  query({
    name,
    row: { count: bigInteger },
    text: `with gone as (${deletion} returning 1) select count(*) as count from gone`,
  });

const finishedDeliveries = purge(
  'deliveries.purgeFinished',
  `delete from platform.deliveries where delivery_id in (
    select d.delivery_id from platform.deliveries d
    where d.finished_at < now() - make_interval(hours => ${keptHours})
    order by d.finished_at limit ${rowsATime})`,
);
const deliveriesOfRemoved = purge(
  'deliveries.purgeOfRemoved',
  `delete from platform.deliveries where delivery_id in (
    select d.delivery_id from platform.deliveries d join platform.consumers c using (consumer_id)
    where c.status = 'REMOVED' limit ${rowsATime})`,
);
/**
 * An idle lane that gets a delivery meanwhile is no longer idle at the second look at the row, and
 * stays.
 */
const idleLanes = purge(
  'lanes.purgeIdle',
  `delete from platform.lanes where due_at is null and lane_id in (
    select l.lane_id from platform.lanes l where l.due_at is null and not exists (
      select 1 from platform.deliveries d
      where d.lane_id = l.lane_id and d.state in ('PENDING', 'DEAD')) limit ${rowsATime})`,
);
const lanesOfRemoved = purge(
  'lanes.purgeOfRemoved',
  `delete from platform.lanes where lane_id in (
    select l.lane_id from platform.lanes l join platform.consumers c using (consumer_id)
    where c.status = 'REMOVED' limit ${rowsATime})`,
);
const removedConsumers = purge(
  'consumers.purgeRemoved',
  `delete from platform.consumers c where c.status = 'REMOVED'
    and not exists (select 1 from platform.deliveries d where d.consumer_id = c.consumer_id)
    and not exists (select 1 from platform.lanes l where l.consumer_id = c.consumer_id)`,
);
const purges = [
  finishedDeliveries,
  deliveriesOfRemoved,
  idleLanes,
  lanesOfRemoved,
  removedConsumers,
];

/**
 * Deletes deliveries sent or skipped more than 72 hours ago, and deliveries of removed consumers, a
 * batch at a time; returns the number of rows, 0 when nothing is left. In a scope of the role
 * millrace_relay.
 */
export async function purgeDeliveries(scope: StatementScope): Promise<number> {
  let count = 0;
  for (const each of purges) count += (await scope.run(each, {}))[0]?.count ?? 0;
  return count;
}
