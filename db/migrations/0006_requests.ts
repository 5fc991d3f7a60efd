import type { Knex } from 'knex';

/**
 * The traces of requests, stored for a day: answers to keyed requests, commands on the way to
 * workflows, and counts of requests by client.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Written with the effect and the audit entry, in their transaction.
    create table platform.idempotency_keys (
      account_id uuid not null,
      route text not null,
      key text not null,
      -- Of all that makes the request another one.
      fingerprint bytea not null,
      status smallint not null,
      headers jsonb not null,
      -- Sealed: an answer may hold what is stored nowhere else in the clear. Null for an answer without a body.
      body bytea,
      expires_at timestamptz not null,
      primary key (account_id, route, key)
    );
    create index on platform.idempotency_keys (expires_at);

    -- A request whose effect a workflow makes: written before the workflow hears of it, completed with the effect.
    create table platform.commands (
      account_id uuid not null,
      command_id uuid not null,
      principal_id uuid not null,
      route text not null,
      action text not null,
      subject_type text not null,
      subject_id text,
      ip text,
      request_id text,
      idempotency_key text,
      fingerprint bytea,
      -- Until then somebody is waiting for the answer, and a repeat is told so.
      lease_until timestamptz not null,
      expires_at timestamptz not null,
      completed_at timestamptz,
      -- What the workflow answers: ids, enums and numbers, of which the route makes the same answer again.
      result jsonb,
      primary key (account_id, command_id)
    );
    create unique index commands_key on platform.commands (account_id, route, idempotency_key)
      where idempotency_key is not null;
    create index on platform.commands (expires_at);

    -- As the library rate-limiter-flexible wants it. Unlogged: a count is worth no fsync, and outlives every process but a
    -- crash of PostgreSQL itself. The names of accounts and hashes of identifiers are its keys, so it is nobody's.
    create unlogged table platform.rate_windows (
      key varchar(255) primary key,
      points integer not null default 0,
      expire bigint
    ) with (fillfactor = 50);
    create index on platform.rate_windows (expire);

    grant select, insert, update, delete on platform.idempotency_keys, platform.commands, platform.rate_windows to millrace_app;
    grant select, delete on platform.idempotency_keys, platform.commands, platform.rate_windows to millrace_relay;
  `);
  for (const table of ['idempotency_keys', 'commands'])
    await knex.raw(`
      alter table platform.${table} enable row level security;
      alter table platform.${table} force row level security;
      create policy account on platform.${table} to millrace_app
        using (account_id = (select platform.current_account_id()))
        with check (account_id = (select platform.current_account_id()));
      -- Purges what has expired, of every account.
      create policy relay on platform.${table} to millrace_relay using (true) with check (false)`);

  await knex.raw(`
    -- Takes a key until the transaction ends, and answers what is kept under it. Whoever has it now is not waited for.
    -- A function, since each of its statements sees what was committed before it: the second what the lock waited for.
    create function platform.take_key(asked_route text, asked_key text)
      returns table (is_free boolean, fingerprint bytea, status smallint, headers jsonb, body bytea) language plpgsql as $$
    declare
      account uuid := platform.current_account_id();
    begin
      is_free := pg_try_advisory_xact_lock(hashtextextended(concat_ws('|', account, asked_route, asked_key), 6));
      if is_free then
        select k.fingerprint, k.status, k.headers, k.body into fingerprint, status, headers, body
        from platform.idempotency_keys k
        where k.account_id = account and k.route = asked_route and k.key = asked_key and k.expires_at > now();
      end if;
      return next;
    end $$;

    -- Writes a command down, or finds the one of the same key: NEW, AGAIN (it was sent and nobody waits for it any more),
    -- RUNNING, DONE or OTHER (another request has this key).
    create function platform.claim_command(new_id uuid, asking_principal uuid, asked_route text, asked_action text,
        subject text, subject_key text, from_ip text, request text, asked_key text, asked_fingerprint bytea,
        lease interval, lifetime interval)
      returns table (outcome text, command_id uuid, result jsonb, lease_seconds integer) language plpgsql as $$
    declare
      account uuid := platform.current_account_id();
      held platform.commands;
    begin
      loop
        insert into platform.commands (account_id, command_id, principal_id, route, action, subject_type, subject_id, ip,
          request_id, idempotency_key, fingerprint, lease_until, expires_at)
        values (account, new_id, asking_principal, asked_route, asked_action, subject, subject_key, from_ip, request,
          asked_key, asked_fingerprint, now() + lease, now() + lifetime)
        on conflict (account_id, route, idempotency_key) where idempotency_key is not null do nothing;
        if found then
          outcome := 'NEW';
          command_id := new_id;
          return next;
          return;
        end if;
        select c.* into held from platform.commands c
        where c.account_id = account and c.route = asked_route and c.idempotency_key = asked_key for update;
        -- One that was given up or purged in the meantime, or has expired, is as good as none.
        continue when not found;
        exit when held.expires_at > now();
        delete from platform.commands c where c.account_id = account and c.command_id = held.command_id;
      end loop;
      command_id := held.command_id;
      result := held.result;
      lease_seconds := ceil(extract(epoch from held.lease_until - clock_timestamp()))::integer;
      outcome := case
        when held.fingerprint <> asked_fingerprint then 'OTHER'
        when held.completed_at is not null then 'DONE'
        when lease_seconds > 0 then 'RUNNING'
        else 'AGAIN'
      end;
      if outcome = 'AGAIN' then
        update platform.commands c set lease_until = now() + lease
        where c.account_id = account and c.command_id = held.command_id;
      end if;
      return next;
    end $$;

    -- Completes a command with its effect, in the effect's transaction, and writes the audit entry of whoever gave it. The
    -- effect may be another account's, as a buyer's order in the seller's stock, so it is done under the given context.
    create function platform.complete_command(signed text, completed uuid, answer jsonb, subject_key text)
      returns void language plpgsql as $$
    declare
      own text := current_setting('millrace.context', true);
      command platform.commands;
    begin
      perform set_config('millrace.context', signed, true);
      update platform.commands c set result = answer, completed_at = clock_timestamp(),
        subject_id = coalesce(subject_key, c.subject_id)
      where c.account_id = platform.current_account_id() and c.command_id = completed and c.completed_at is null
      returning c.* into command;
      if found then
        perform platform.append_audit(command.action, command.subject_type, command.subject_id, command.principal_id,
          command.ip, command.route, command.request_id);
      end if;
      perform set_config('millrace.context', own, true);
    end $$;

    revoke execute on function platform.take_key, platform.claim_command, platform.complete_command from public;
    grant execute on function platform.take_key, platform.claim_command, platform.complete_command to millrace_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function platform.take_key, platform.claim_command, platform.complete_command;
    drop table platform.idempotency_keys, platform.commands, platform.rate_windows;
  `);
}
