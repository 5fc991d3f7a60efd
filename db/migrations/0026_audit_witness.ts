import type { Knex } from 'knex';

/**
 * The writing function of the audit log is made in the name of the function's owner; migrations
 * borrow the owner's role for the making.
 */
export const needsAuditRole = true;

/** The fields of an entry, and the entry's proof. */
const told = 'text, text, text, uuid, text, text, text, uuid, bytea';

/**
 * Entries with a proof impossible to make inside a database, and notes of heads signed outside the
 * database. The functions of the version before stay beside the new functions, and write entries
 * without a proof.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table platform.audit_log add column proof_id uuid, add column proof bytea`);
  await knex.raw(`
    grant create on schema platform to millrace_audit;
    set local role millrace_audit;
    create function platform.append_audit(action text, subject_type text, subject_id text, principal_id uuid, ip text, route text,
        request_id text, proof_id uuid, proof bytea)
      returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
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
        to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), principal::text, append_audit.action,
        append_audit.subject_type, append_audit.subject_id, append_audit.ip, append_audit.route, append_audit.request_id, before,
        after, encode(head.hash, 'hex')], E'\\n', ''), 'UTF8'));
      insert into platform.audit_log (account_id, seq, occurred_at, principal_id, action, subject_type, subject_id, ip, route,
          request_id, before_hash, after_hash, prev_hash, hash, proof_id, proof)
        values (account, head.seq + 1, moment, principal, append_audit.action, append_audit.subject_type,
          append_audit.subject_id, append_audit.ip, append_audit.route, append_audit.request_id, decode(before, 'hex'),
          decode(after, 'hex'), head.hash, entry_hash, append_audit.proof_id, append_audit.proof);
      update platform.audit_heads h set seq = head.seq + 1, hash = entry_hash where h.account_id = account;
      if before is not null then before := set_config('millrace.audit_before', '', true); end if;
      if after is not null then after := set_config('millrace.audit_after', '', true); end if;
      return head.seq + 1;
    end $$;
    revoke execute on function platform.append_audit(${told}) from public;
    grant execute on function platform.append_audit(${told}) to millrace_app;
    reset role;
    revoke create on schema platform from millrace_audit`);

  await knex.raw(`
    -- Completes a command with its effect, in the effect's transaction, and answers it where nobody has before. The effect may be
    -- another account's, as a buyer's order in the seller's stock, so it is done under the given context.
    create function platform.finish_command(signed text, finished uuid, answer jsonb, subject_key text)
      returns setof platform.commands language plpgsql set search_path = pg_catalog, pg_temp as $$
    declare
      own text := current_setting('millrace.context', true);
    begin
      signed := set_config('millrace.context', signed, true);
      return query
        update platform.commands c set result = answer, completed_at = clock_timestamp(),
          subject_id = coalesce(subject_key, c.subject_id)
        where c.account_id = platform.current_account_id() and c.command_id = finished and c.completed_at is null
        returning c.*;
      own := set_config('millrace.context', own, true);
    end $$;

    -- An entry of the audit log under the given context, as that of a command is.
    create function platform.append_audit_as(signed text, action text, subject_type text, subject_id text, principal_id uuid,
        ip text, route text, request_id text, proof_id uuid, proof bytea)
      returns bigint language plpgsql set search_path = pg_catalog, pg_temp as $$
    declare
      own text := current_setting('millrace.context', true);
      seq bigint;
    begin
      signed := set_config('millrace.context', signed, true);
      seq := platform.append_audit(action, subject_type, subject_id, principal_id, ip, route, request_id, proof_id, proof);
      own := set_config('millrace.context', own, true);
      return seq;
    end $$;
    grant execute on function platform.finish_command, platform.append_audit_as to millrace_app`);

  await knex.raw(`
    -- What has been signed, and is to be in the object store: one that is missing there was taken away.
    create table platform.audit_witnesses (
      number bigint primary key check (number > 0),
      signed_at timestamptz not null,
      is_whole boolean not null,
      hash bytea not null check (octet_length(hash) = 32)
    );
    alter table platform.audit_witnesses enable row level security;
    alter table platform.audit_witnesses force row level security;
    grant select, insert, delete on platform.audit_witnesses to millrace_app;
    create policy platform on platform.audit_witnesses for select to millrace_app
      using ((select platform.current_account_id()) = (select platform.nil_uuid()));
    create policy platform_insert on platform.audit_witnesses for insert to millrace_app
      with check ((select platform.current_account_id()) = (select platform.nil_uuid()));
    create policy platform_delete on platform.audit_witnesses for delete to millrace_app
      using ((select platform.current_account_id()) = (select platform.nil_uuid()) and signed_at < now() - interval '7 days')`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function platform.finish_command, platform.append_audit_as;
    set local role millrace_audit;
    drop function platform.append_audit(${told});
    reset role;
    drop table platform.audit_witnesses;
    alter table platform.audit_log drop column proof_id, drop column proof`);
}
