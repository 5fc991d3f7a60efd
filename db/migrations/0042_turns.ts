import type { Knex } from 'knex';

/**
 * Places an attachment among the attachments of the device, and from 0042 on among the attachments
 * of the reservoir.
 */
const placing = (turn: string): string => `
    create or replace function water.place_attachment() returns trigger language plpgsql security definer
      set search_path = pg_catalog, pg_temp as $$
    declare
      inbox record;
      earlier record;
    begin
      select i.accepted_to, i.epoch, coalesce(upper(i.seqs), 0) as next_seq into inbox
        from water.device_inboxes i where i.device_id = new.device_id for update;
      select a.account_id, a.attachment_no, a.first_seq, a.first_epoch into earlier
        from water.device_attachments a where a.device_id = new.device_id order by a.attachment_no desc limit 1;
      new.attachment_no := coalesce(earlier.attachment_no, 0) + 1;
      new.after_no := coalesce(inbox.accepted_to, 0);
      -- An account that had the device last goes on where it was.
      new.first_seq := case when earlier.account_id = new.account_id then earlier.first_seq else coalesce(inbox.next_seq, 0) end;
      new.first_epoch := case when earlier.account_id = new.account_id then earlier.first_epoch else coalesce(inbox.epoch, 0) end;
      ${turn}
      return new;
    end $$;`;

/**
 * At most one attachment of a reservoir is open, so that the attachments of a reservoir are
 * numbered in turn.
 */
const turn = `
      new.turn_no := 1 + coalesce((select max(a.turn_no) from water.device_attachments a
        where a.account_id = new.account_id and a.reservoir_id = new.reservoir_id), 0);`;

const taking = (moments: string, order: string): string => `
    create or replace function water.take_access_refusals(refusals jsonb) returns void
      language sql volatile security definer set search_path = pg_catalog, pg_temp begin atomic
      insert into water.access_refusals (account_id, refusal_id, kind, subject_id, reason, count, first_at, last_at, address)
      select o.account_id, r.refusal_id, r.kind, r.subject_id, r.reason, r.count, r.first_at, r.last_at, r.address
      from (select ${moments} limit 2000) r
      cross join lateral (
        select had.account_id from (
          select a.account_id, a.detached_at from water.device_attachments a
          where r.kind = 'device' and a.device_id = r.subject_id and a.attached_at <= r.first_at
          order by a.${order} desc limit 1) had
        where had.detached_at is null or had.detached_at > r.first_at
        union all
        select c.account_id from identity.accounts c
        where c.account_id = case r.kind when 'listener' then r.subject_id::uuid end
      ) o
      where (select count(*) from (select from water.access_refusals w where w.account_id = o.account_id
        limit 1000) waiting) < 1000
      on conflict (account_id, refusal_id) do nothing;
    end;`;

const told = `r.* from jsonb_to_recordset(refusals) as r(refusal_id uuid, kind text, subject_id text, reason text, count bigint,
        first_at timestamptz, last_at timestamptz, address text)`;
/**
 * How long ago is told rather than when, since the gateway's clock is another; the version before
 * tells when.
 */
const toldByAge = `t.refusal_id, t.kind, t.subject_id, t.reason, t.count, t.address,
          coalesce(now() - make_interval(secs => t.first_ago_ms / 1000), t.first_at) as first_at,
          coalesce(now() - make_interval(secs => t.last_ago_ms / 1000), t.last_at) as last_at
        from jsonb_to_recordset(refusals) as t(refusal_id uuid, kind text, subject_id text, reason text, count bigint,
          first_ago_ms float8, last_ago_ms float8, first_at timestamptz, last_at timestamptz, address text)`;

/**
 * No time of one clock is compared with a time of another: refusals carry an age, a reservoir's
 * devices have turns.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table water.device_attachments add column turn_no bigint not null default 0;
    -- The turn of the device whose epoch and number the level knows.
    alter table water.reservoir_levels add column device_turn_no bigint;
    -- The newest message by epoch and number that was derived, whoever had the device then.
    alter table water.device_inboxes add column derived_epoch integer, add column derived_seq bigint;

    -- Row-level security binds the owner as well; until the end of the transaction nobody else gets in.
    alter table water.device_attachments no force row level security;
    alter table water.reservoir_levels no force row level security;
    update water.device_attachments a set turn_no = n.turn_no
    from (select o.account_id, o.attachment_id, row_number() over (partition by o.account_id, o.reservoir_id
        order by o.attached_at, o.attachment_no) as turn_no
      from water.device_attachments o) n
    where a.account_id = n.account_id and a.attachment_id = n.attachment_id;
    update water.reservoir_levels l set device_turn_no = (select max(a.turn_no) from water.device_attachments a
      where a.account_id = l.account_id and a.reservoir_id = l.reservoir_id and a.device_id = l.device_id)
    where l.device_id is not null;
    alter table water.device_attachments force row level security;
    alter table water.reservoir_levels force row level security;
    create index device_attachments_turns on water.device_attachments (account_id, reservoir_id, turn_no desc);
    ${placing(turn)}
    ${taking(toldByAge, 'attachment_no')}
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ${taking(told, 'attached_at')}
    ${placing('')}
    drop index water.device_attachments_turns;
    alter table water.device_inboxes drop column derived_epoch, drop column derived_seq;
    alter table water.reservoir_levels drop column device_turn_no;
    alter table water.device_attachments drop column turn_no;
  `);
}
