import type { Knex } from 'knex';

const caller = '(select platform.current_account_id())';
const incoming = `event_ids uuid[], account_ids uuid[], counterpart_ids uuid[], topics text[], event_types text[],
      event_versions integer[], subject_types text[], subject_ids text[], moments timestamptz[], actors uuid[], causes uuid[],
      payloads jsonb[], correlation text`;
const handedOn = `event_ids, account_ids, counterpart_ids, topics, event_types, event_versions, subject_types, subject_ids,
      moments, actors, causes, payloads, correlation`;
const deviceTypes = [
  'DEVICE_ONLINE',
  'DEVICE_STALE',
  'DEVICE_OFFLINE',
  'DEVICE_TELEMETRY_DROPPED_UNATTACHED',
  'DEVICE_TELEMETRY_REJECTED',
  'DEVICE_TELEMETRY_REFUSED',
];
const added = ['DEVICE_SEQUENCE_RESTARTED', 'DEVICE_GAPS_GIVEN_UP'];

/** Telemetry's own types, of the account with the reservoir, or with the device now or before. */
const emitting = (types: readonly string[]): string => `
    create or replace function platform.emit_telemetry_events(${incoming}) returns boolean language plpgsql security definer
      set search_path = pg_catalog, pg_temp as $$
    begin
      if exists (
        select from unnest(account_ids, counterpart_ids, event_types, subject_types, subject_ids)
          as e(account_id, counterpart_id, event_type, subject_type, subject_id)
        where e.counterpart_id is not null or not case
          when e.subject_type = 'reservoir' and e.event_type in ('RESERVOIR_LEVEL_READING', 'RESERVOIR_LEVEL_STATE_CHANGED') then
            exists (select from water.reservoirs r where r.account_id = e.account_id and r.reservoir_id = e.subject_id::uuid)
          when e.subject_type = 'device' and e.event_type in (${types.map((type) => `'${type}'`).join(', ')}) then
            e.account_id is null or exists (
              select from water.device_attachments a where a.account_id = e.account_id and a.device_id = e.subject_id)
            -- Its reservoir, and the attachment with it, may have gone before its last messages are derived.
            or exists (select from water.device_telemetry_messages m
              where m.device_id = e.subject_id and m.account_id = e.account_id)
          else false end
      ) then
        raise exception 'an event is none of telemetry, or of another account' using errcode = 'insufficient_privilege';
      end if;
      return platform.store_events(${handedOn});
    end $$;`;

const reasons = [
  'MISSING_SEQ',
  'UNREGISTERED_DEVICE',
  'UNATTACHED',
  'UNREADABLE',
  'SEQ_TOO_SPARSE',
  'BUDGET_EXCEEDED',
  'PAYLOAD_TOO_LARGE',
  'UNIT_DISABLED',
];
const dropReasons = (check: string): string => `
    alter table water.telemetry_drops drop constraint telemetry_drops_reason_check,
      add constraint telemetry_drops_reason_check check (${check});`;

/**
 * A device's order is the order of accepted numbers, also for the attached thing; and the device's
 * numbers are judged within an epoch, since counters start again, jump and lose more than anybody
 * can remember.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- An attachment has its place among the messages of its device, whatever clocks say: what was accepted up to after_no came
    -- before it. Numbers below first_seq of its first epoch were sent to whoever had the device before.
    alter table water.device_attachments
      add column attachment_no bigint not null default 0,
      add column after_no bigint not null default 0,
      add column first_epoch integer not null default 0;
    create policy numbering on water.device_attachments for update to millrace_owner using (true) with check (true);
    update water.device_attachments a set attachment_no = n.attachment_no, after_no = n.after_no
    from (select o.account_id, o.attachment_id, row_number() over (partition by o.device_id order by o.attached_at) as attachment_no,
        coalesce((select max(m.accepted_no) from water.device_telemetry_messages m
          where m.device_id = o.device_id and m.received_at < o.attached_at), 0) as after_no
      from water.device_attachments o) n
    where a.account_id = n.account_id and a.attachment_id = n.attachment_id;
    drop policy numbering on water.device_attachments;
    drop index water.device_attachments_history;
    create index device_attachments_history on water.device_attachments (device_id, attachment_no desc);

    alter table water.device_inboxes
      -- Of which seqs are the numbers, since it began behind the accepted number epoch_after.
      add column epoch integer not null default 0,
      add column epoch_after bigint not null default 0,
      add column epoch_began_at timestamptz,
      add column epoch_cause text,
      add column accepted_at timestamptz,
      -- How far a number may be above the highest one without being set aside; it grows with time, and by jumps that were real.
      add column reach bigint not null default 1000,
      -- Below it what is missing was given up, and counts as taken in seqs.
      add column closed_below bigint not null default 0,
      add column given_up_count bigint not null default 0,
      -- What the newest message said.
      add column boot_id text;
    alter table water.device_telemetry_messages add column epoch integer not null default 0;
    alter table water.reservoir_readings add column device_epoch integer;
    alter table water.reservoir_levels add column device_epoch integer;
    alter table water.devices add column last_epoch integer not null default 0;

    -- Accepted, and not decided on yet: the next messages tell whether the counter has jumped, started again, or neither.
    create table water.messages_aside (
      account_id uuid not null,
      device_id text not null references water.device_inboxes (device_id) on delete cascade,
      aside_no bigint generated always as identity,
      seq bigint not null,
      received_at timestamptz not null,
      observed_at timestamptz,
      payload jsonb not null,
      -- How far the device was when it came.
      accepted_to bigint not null,
      top bigint,
      primary key (account_id, device_id, aside_no)
    );
    create index on water.messages_aside (device_id, aside_no);
    alter table water.messages_aside enable row level security;
    alter table water.messages_aside force row level security;
    create policy account on water.messages_aside for select to millrace_app
      using (${caller} = any (array[account_id, platform.nil_uuid()]));
    create policy ingest on water.messages_aside to millrace_ingest using (true) with check (true);
    grant select on water.messages_aside to millrace_app;
    grant select, insert, delete on water.messages_aside to millrace_ingest;

    -- What was kept in epochs that are over, so that none of it is taken for a message of the present one.
    create table water.past_messages (
      device_id text not null references water.device_inboxes (device_id) on delete cascade,
      seq bigint not null,
      epoch integer not null,
      fingerprint uuid not null,
      received_at timestamptz not null,
      primary key (device_id, seq, epoch)
    );
    alter table water.past_messages enable row level security;
    alter table water.past_messages force row level security;
    create policy numbering on water.past_messages to millrace_owner using (true) with check (true);
    create policy ingest on water.past_messages for select to millrace_ingest using (true);
    grant select on water.past_messages to millrace_ingest;

    create policy numbering on water.device_inboxes to millrace_owner using (true) with check (true);
    -- Under the inbox's lock, so that no message comes between the number that is read and the attachment.
    create function water.place_attachment() returns trigger language plpgsql security definer
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
      return new;
    end $$;
    create trigger attachment_place before insert on water.device_attachments for each row execute function water.place_attachment();

    -- From here on the device counts anew; answers the epoch that begins. Whatever may still come again of the one before is
    -- what a device or a broker holds: its last hundred thousand messages.
    create function water.begin_epoch(device text, cause text) returns integer language sql volatile security definer
      set search_path = pg_catalog, pg_temp begin atomic
      delete from water.past_messages p where p.device_id = device and p.received_at < now() - interval '13 months';
      insert into water.past_messages (device_id, seq, epoch, fingerprint, received_at)
      select m.device_id, m.seq, m.epoch, md5(m.payload::text)::uuid, m.received_at
      from (select i.device_id, i.epoch, i.accepted_to from water.device_inboxes i where i.device_id = device for update) i
      join water.device_telemetry_messages m on m.device_id = i.device_id and m.epoch = i.epoch
        and m.accepted_no > i.accepted_to - 100000
      on conflict do nothing;
      update water.device_inboxes i set epoch = i.epoch + 1, epoch_after = i.accepted_to, epoch_began_at = now(),
        epoch_cause = cause, seqs = '{}', reach = 1000, closed_below = 0, boot_id = null
      where i.device_id = device returning i.epoch;
    end;
    grant execute on function water.begin_epoch to millrace_ingest;

    -- By the account that the device is attached to, or by the platform; null for anybody else.
    create function water.restart_sequence(device text) returns integer language plpgsql volatile security definer
      set search_path = pg_catalog, pg_temp as $$
    begin
      if (platform.current_account_id() = platform.nil_uuid() or exists (select from water.device_attachments a
        where a.device_id = device and a.detached_at is null and a.account_id = platform.current_account_id())) is not true then
        return null;
      end if;
      -- An epoch without a message is as good as a new one.
      return coalesce((select i.epoch from water.device_inboxes i where i.device_id = device and isempty(i.seqs)),
        water.begin_epoch(device, 'COMMAND'));
    end $$;
    grant execute on function water.restart_sequence to millrace_app;
    ${emitting([...deviceTypes, ...added])}
    ${dropReasons("reason ~ '^[A-Z][A-Z0-9_]{1,39}$'")}
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    delete from water.telemetry_drops where reason <> all (array[${reasons.map((reason) => `'${reason}'`).join(', ')}]);
    ${dropReasons(`reason in (${reasons.map((reason) => `'${reason}'`).join(', ')})`)}
    ${emitting(deviceTypes)}
    drop function water.restart_sequence, water.begin_epoch;
    drop trigger attachment_place on water.device_attachments;
    drop function water.place_attachment;
    drop policy numbering on water.device_inboxes;
    drop table water.past_messages, water.messages_aside;
    alter table water.devices drop column last_epoch;
    alter table water.reservoir_levels drop column device_epoch;
    alter table water.reservoir_readings drop column device_epoch;
    alter table water.device_telemetry_messages drop column epoch;
    alter table water.device_inboxes drop column epoch, drop column epoch_after, drop column epoch_began_at,
      drop column epoch_cause, drop column accepted_at, drop column reach, drop column closed_below,
      drop column given_up_count, drop column boot_id;
    drop index water.device_attachments_history;
    create index device_attachments_history on water.device_attachments (device_id, attached_at desc);
    alter table water.device_attachments drop column attachment_no, drop column after_no, drop column first_epoch;
  `);
}
