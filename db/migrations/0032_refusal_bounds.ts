import type { Knex } from 'knex';

/** Two reports of an honest gateway have fewer. */
const mostAtOnce = 2_000;
/** Refusals of one account, until the relay has reported the refusals. */
const mostWaiting = 1_000;

const taking = (from: string, bound: string): string => `
  create or replace function water.take_access_refusals(refusals jsonb) returns void
    language sql volatile security definer set search_path = pg_catalog, pg_temp begin atomic
    insert into water.access_refusals (account_id, refusal_id, kind, subject_id, reason, count, first_at, last_at, address)
    select o.account_id, r.refusal_id, r.kind, r.subject_id, r.reason, r.count, r.first_at, r.last_at, r.address
    from ${from}
    cross join lateral (
      select had.account_id from (
        select a.account_id, a.detached_at from water.device_attachments a
        where r.kind = 'device' and a.device_id = r.subject_id and a.attached_at <= r.first_at
        order by a.attached_at desc limit 1) had
      where had.detached_at is null or had.detached_at > r.first_at
      union all
      select c.account_id from identity.accounts c
      where c.account_id = case r.kind when 'listener' then r.subject_id::uuid end
    ) o
    ${bound}
    on conflict (account_id, refusal_id) do nothing;
  end`;

const told = `jsonb_to_recordset(refusals) as r(refusal_id uuid, kind text, subject_id text, reason text, count bigint,
  first_at timestamptz, last_at timestamptz, address text)`;

/**
 * A gateway in a stranger's hands reports any number of refusals, and yet fills neither an
 * account's table nor the disk.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    taking(
      `(select r.* from ${told} limit ${mostAtOnce}) r`,
      `where (select count(*) from (select from water.access_refusals w where w.account_id = o.account_id
        limit ${mostWaiting}) waiting) < ${mostWaiting}`,
    ),
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(taking(told, ''));
}
