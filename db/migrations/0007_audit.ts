import type { Knex } from 'knex';

/**
 * Tables with the rows hashed before and after in an audit entry: records and orders, never rows
 * written by telemetry.
 */
const auditedTables = [
  'identity.accounts',
  'identity.access_grants',
  'identity.platform_roles',
  'water.sites',
  'water.reservoirs',
  'water.device_units',
  'water.devices',
  'water.device_attachments',
  'water.seller_profiles',
  'water.seller_reservoirs',
  'water.price_rules',
  'water.orders',
  'water.order_reviews',
];

/** See db/setup/audit-role.ts. */
export const needsAuditRole = true;

/**
 * The audit log: a chain of entries an account, and a chain of the platform for entries of no
 * account. Only `platform.append_audit` writes entries, under a role with no other right;
 * checkpoints record the length of each chain day by day.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- How far each chain has come. Its row lock puts the entries of a chain in the order of their commits, without gaps.
    create table platform.audit_heads (
      account_id uuid primary key,
      seq bigint not null check (seq >= 0),
      hash bytea not null check (octet_length(hash) = 32)
    ) with (fillfactor = 50);

    create table platform.audit_log (
      account_id uuid not null,
      seq bigint not null check (seq > 0),
      occurred_at timestamptz not null,
      principal_id uuid,
      action text not null check (action ~ '^[a-z][a-z0-9_.-]{0,99}$'),
      subject_type text not null check (subject_type ~ '^[a-z][a-z0-9_.-]{0,99}$'),
      -- A line break would make two entries of one hash input.
      subject_id text check (subject_id ~ '^[^[:cntrl:]]{1,200}$'),
      ip text check (ip ~ '^[^[:cntrl:]]{1,100}$'),
      route text check (route ~ '^[^[:cntrl:]]{1,250}$'),
      request_id text check (request_id ~ '^[^[:cntrl:]]{1,200}$'),
      before_hash bytea check (octet_length(before_hash) = 32),
      after_hash bytea check (octet_length(after_hash) = 32),
      prev_hash bytea not null check (octet_length(prev_hash) = 32),
      hash bytea not null check (octet_length(hash) = 32),
      primary key (account_id, seq, occurred_at)
    ) partition by range (occurred_at);
    create table platform.audit_log_default partition of platform.audit_log default;
    create index on platform.audit_log (account_id, subject_type, subject_id, seq);
    -- Entries are stored nearly in the order of their time, so a day is found by a few blocks.
    create index on platform.audit_log using brin (occurred_at);
    select platform.ensure_partitions('platform.audit_log', 3);

    create table platform.audit_checkpoints (
      number bigint primary key check (number > 0),
      day date not null unique,
      chains integer not null,
      entries bigint not null,
      root bytea not null check (octet_length(root) = 32),
      prev_hash bytea not null check (octet_length(prev_hash) = 32),
      hash bytea not null check (octet_length(hash) = 32),
      kid text not null,
      signature bytea not null check (octet_length(signature) = 64)
    );
    -- The heads that a checkpoint signs: of the chains that have grown since the one before.
    create table platform.audit_checkpoint_heads (
      account_id uuid not null,
      number bigint not null references platform.audit_checkpoints (number) deferrable initially deferred,
      seq bigint not null,
      hash bytea not null check (octet_length(hash) = 32),
      primary key (account_id, number)
    );
    create index on platform.audit_checkpoint_heads (number, account_id);

    create table platform.audit_keys (
      kid text not null primary key,
      public_jwk jsonb not null,
      private_jwk_sealed bytea not null,
      created_at timestamptz not null default now(),
      retired_at timestamptz
    );
  `);

  await knex.raw(`
    create function platform.refuse_audit_change() returns trigger language plpgsql as $$
    begin
      raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
    end $$;

    -- Row triggers are inherited by partitions, where neither grants nor row-level security bind their owner.
    create trigger append_only before update or delete on platform.audit_log
      for each row execute function platform.refuse_audit_change();
    create trigger appended_by_function before insert on platform.audit_log
      for each row when (current_user <> 'millrace_audit') execute function platform.refuse_audit_change();
    create trigger append_only_statement before update or delete or truncate on platform.audit_log
      for each statement execute function platform.refuse_audit_change();
    create trigger append_only_statement before delete or truncate on platform.audit_heads
      for each statement execute function platform.refuse_audit_change();
    create trigger forward_only before update on platform.audit_heads for each row
      when (current_user <> 'millrace_audit' or new.account_id <> old.account_id or new.seq <> old.seq + 1)
      execute function platform.refuse_audit_change();
    create trigger append_only_statement before update or delete or truncate on platform.audit_checkpoints
      for each statement execute function platform.refuse_audit_change();
    create trigger append_only_statement before update or delete or truncate on platform.audit_checkpoint_heads
      for each statement execute function platform.refuse_audit_change();

    -- A truncate has no row trigger to inherit, so each partition gets its own. Repeating it changes nothing.
    create function platform.guard_audit_partitions() returns void language plpgsql as $$
    declare
      part regclass;
    begin
      for part in select i.inhrelid::regclass from pg_inherits i where i.inhparent = 'platform.audit_log'::regclass
        and not exists (select 1 from pg_trigger t where t.tgrelid = i.inhrelid and t.tgname = 'append_only_truncate')
      loop
        execute format('create trigger append_only_truncate before truncate on %s
          for each statement execute function platform.refuse_audit_change()', part);
      end loop;
    end $$;
    select platform.guard_audit_partitions();

    -- Folds each row that a statement changes into the digests of its transaction, of the rows before and after:
    -- sha256(digest so far, table, row as jsonb, joined by line breaks), in hex. append_audit takes and empties them.
    create function platform.fold_audit() returns trigger language plpgsql
      set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
    begin
      if tg_op <> 'INSERT' then
        perform set_config('millrace.audit_before', encode(sha256(convert_to(concat_ws(E'\\n',
          coalesce(current_setting('millrace.audit_before', true), ''), tg_table_schema || '.' || tg_table_name,
          to_jsonb(old)::text), 'UTF8')), 'hex'), true);
      end if;
      if tg_op <> 'DELETE' then
        perform set_config('millrace.audit_after', encode(sha256(convert_to(concat_ws(E'\\n',
          coalesce(current_setting('millrace.audit_after', true), ''), tg_table_schema || '.' || tg_table_name,
          to_jsonb(new)::text), 'UTF8')), 'hex'), true);
      end if;
      return null;
    end $$;

    -- What telemetry writes of itself is no edit of a record, and there is too much of it.
    create function platform.audit_table(audited regclass) returns void language plpgsql as $$
    begin
      execute format('create trigger fold_audit after insert or update or delete on %s
        for each row when (current_user <> ''millrace_ingest'') execute function platform.fold_audit()', audited);
    end $$;

    -- Appends to the chain of the context's account, or to the platform's. Who acts is the context's principal; one that is
    -- given counts only where the context has none. Answers the entry's number.
    create function platform.append_audit(action text, subject_type text, subject_id text, principal_id uuid, ip text,
        route text, request_id text)
      returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
    #variable_conflict use_column
    declare
      context text[] := platform.verified_context();
      account uuid := coalesce(nullif(context[1], '')::uuid, platform.nil_uuid());
      principal uuid := coalesce(nullif(context[2], '')::uuid, append_audit.principal_id);
      before text := nullif(current_setting('millrace.audit_before', true), '');
      after text := nullif(current_setting('millrace.audit_after', true), '');
      head platform.audit_heads;
      moment timestamptz;
      entry_hash bytea;
    begin
      if context is null then
        raise exception 'an audit entry needs a signed context' using errcode = 'insufficient_privilege';
      end if;
      select h.* into head from platform.audit_heads h where h.account_id = account for no key update;
      if not found then
        insert into platform.audit_heads (account_id, seq, hash) values (account, 0, decode(repeat('00', 32), 'hex'))
          on conflict (account_id) do nothing;
        select h.* into head from platform.audit_heads h where h.account_id = account for no key update;
      end if;
      moment := clock_timestamp();
      entry_hash := sha256(convert_to(array_to_string(array['millrace.audit.1', account::text, (head.seq + 1)::text,
        to_char(moment, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), principal::text, append_audit.action, append_audit.subject_type,
        append_audit.subject_id, append_audit.ip, append_audit.route, append_audit.request_id, before, after,
        encode(head.hash, 'hex')], E'\\n', ''), 'UTF8'));
      insert into platform.audit_log (account_id, seq, occurred_at, principal_id, action, subject_type, subject_id, ip, route,
          request_id, before_hash, after_hash, prev_hash, hash)
        values (account, head.seq + 1, moment, principal, append_audit.action, append_audit.subject_type,
          append_audit.subject_id, append_audit.ip, append_audit.route, append_audit.request_id, decode(before, 'hex'),
          decode(after, 'hex'), head.hash, entry_hash);
      update platform.audit_heads h set seq = head.seq + 1, hash = entry_hash where h.account_id = account;
      perform set_config('millrace.audit_before', '', true), set_config('millrace.audit_after', '', true);
      return head.seq + 1;
    end $$;

    -- The heads, at the end of a time, of the chains that have grown since their last checkpoint: what the next one signs.
    -- It looks a day further back for entries that were committed after the checkpoint of their day.
    create function platform.audit_heads_until(since timestamptz, until timestamptz)
      returns table (account_id uuid, seq bigint, hash bytea) language sql stable security definer
      set search_path = pg_catalog, pg_temp as $$
      select distinct on (l.account_id) l.account_id, l.seq, l.hash
      from platform.audit_log l
      where (platform.verified_context())[1] = platform.nil_uuid()::text
        and (since is null or l.occurred_at >= since - interval '1 day') and l.occurred_at < until
        and l.seq > coalesce((select c.seq from platform.audit_checkpoint_heads c where c.account_id = l.account_id
          order by c.number desc limit 1), 0)
      order by l.account_id, l.seq desc
    $$;

    grant usage on schema platform to millrace_audit;
    grant select, insert, update on platform.audit_heads to millrace_audit;
    grant select, insert on platform.audit_log to millrace_audit;
    grant select on platform.audit_checkpoint_heads to millrace_audit;
    revoke execute on function platform.append_audit, platform.audit_heads_until from public;
    grant execute on function platform.append_audit, platform.audit_heads_until to millrace_app;
    grant create on schema platform to millrace_audit;
    alter function platform.append_audit owner to millrace_audit;
    alter function platform.audit_heads_until owner to millrace_audit;
    revoke create on schema platform from millrace_audit;

    grant select on platform.audit_log, platform.audit_heads to millrace_app;
    grant select, insert on platform.audit_checkpoints, platform.audit_checkpoint_heads to millrace_app;
    grant select, insert, update on platform.audit_keys to millrace_app;
  `);

  for (const table of [
    'audit_log',
    'audit_heads',
    'audit_checkpoints',
    'audit_checkpoint_heads',
    'audit_keys',
  ]) {
    await knex.raw(`
      alter table platform.${table} enable row level security;
      alter table platform.${table} force row level security`);
  }
  await knex.raw(`
    create policy writer on platform.audit_heads to millrace_audit using (true) with check (true);
    create policy writer on platform.audit_log to millrace_audit using (true) with check (true);
    create policy writer on platform.audit_checkpoint_heads for select to millrace_audit using (true);

    create policy account on platform.audit_log for select to millrace_app
      using (account_id = (select platform.current_account_id()));
    -- The platform sees which chains there are and how far they have come, not what is in them.
    create policy account on platform.audit_heads for select to millrace_app
      using ((select platform.current_account_id()) = any (array[account_id, platform.nil_uuid()]));
    create policy account on platform.audit_checkpoint_heads for select to millrace_app
      using ((select platform.current_account_id()) = any (array[account_id, platform.nil_uuid()]));
    create policy platform on platform.audit_checkpoint_heads for insert to millrace_app
      with check ((select platform.current_account_id()) = platform.nil_uuid());
    -- Checkpoints name no account, and are published.
    create policy everybody on platform.audit_checkpoints for select to millrace_app using (true);
    create policy platform on platform.audit_checkpoints for insert to millrace_app
      with check ((select platform.current_account_id()) = platform.nil_uuid());
    create policy platform on platform.audit_keys to millrace_app
      using ((select platform.current_account_id()) = platform.nil_uuid())
      with check ((select platform.current_account_id()) = platform.nil_uuid());
  `);
  for (const table of auditedTables) await knex.raw('select platform.audit_table(?)', [table]);
}

export async function down(knex: Knex): Promise<void> {
  for (const table of auditedTables) await knex.raw(`drop trigger fold_audit on ${table}`);
  await knex.raw(`
    drop function platform.append_audit, platform.audit_heads_until, platform.audit_table, platform.fold_audit,
      platform.guard_audit_partitions;
    drop table platform.audit_log, platform.audit_heads, platform.audit_checkpoint_heads, platform.audit_checkpoints,
      platform.audit_keys;
    drop function platform.refuse_audit_change;
    revoke usage on schema platform from millrace_audit;
  `);
}
