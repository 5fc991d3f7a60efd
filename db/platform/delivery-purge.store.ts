import type pg from 'pg';

/** Long enough to answer "did they get it?", and for whoever reconciles. */
const keptHours = 72;
const rowsATime = 5_000;

const finished = `
  delete from platform.deliveries where delivery_id in (
    select d.delivery_id from platform.deliveries d
    where d.finished_at < now() - make_interval(hours => ${keptHours}) order by d.finished_at limit ${rowsATime})`;
const ofRemoved = `
  delete from platform.deliveries where delivery_id in (
    select d.delivery_id from platform.deliveries d join platform.consumers c using (consumer_id)
    where c.status = 'REMOVED' limit ${rowsATime})`;
/** An idle lane that something is put into meanwhile is no longer idle when its row is looked at again, and stays. */
const idleLanes = `
  delete from platform.lanes where due_at is null and lane_id in (
    select l.lane_id from platform.lanes l where l.due_at is null and not exists (
      select 1 from platform.deliveries d where d.lane_id = l.lane_id and d.state in ('PENDING', 'DEAD')) limit ${rowsATime})`;
const lanesOfRemoved = `
  delete from platform.lanes where lane_id in (
    select l.lane_id from platform.lanes l join platform.consumers c using (consumer_id)
    where c.status = 'REMOVED' limit ${rowsATime})`;
const removed = `
  delete from platform.consumers c where c.status = 'REMOVED'
    and not exists (select 1 from platform.deliveries d where d.consumer_id = c.consumer_id)
    and not exists (select 1 from platform.lanes l where l.consumer_id = c.consumer_id)`;

/**
 * Forgets some of what was sent or skipped 72 hours ago, and of what belongs to consumers that were removed; answers how many
 * rows, none when nothing is left. Over a pool of the role millrace_relay.
 */
export async function purgeDeliveries(pool: pg.Pool): Promise<number> {
  let count = 0;
  for (const statement of [finished, ofRemoved, idleLanes, lanesOfRemoved, removed])
    count += (await pool.query(statement)).rowCount ?? 0;
  return count;
}
