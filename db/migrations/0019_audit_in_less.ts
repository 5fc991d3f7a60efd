import type { Knex } from 'knex';

const texts = ['action', 'subject_type', 'subject_id', 'ip', 'route', 'request_id'];
const lengths = {
  action: 100,
  subject_type: 100,
  subject_id: 200,
  ip: 100,
  route: 250,
  request_id: 200,
};

/** See db/setup/audit-role.ts. */
export const needsAuditRole = true;

/**
 * An entry of the audit log in two thirds of the time: six regular expressions took a quarter of
 * the time, and a `perform` is a separate query where an assignment is only evaluated
 * (docs/decisions/0020).
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table platform.audit_log
      ${texts.map((name) => `drop constraint audit_log_${name}_check`).join(', ')},
      add constraint audit_log_texts check (
        -- A line break would make two entries of one hash input.
        strpos(${texts.map((name) => `coalesce(${name}, '')`).join(' || ')}, E'\\n') = 0
        and ${Object.entries(lengths)
          .map(([name, most]) => `length(${name}) between 1 and ${most}`)
          .join(' and ')})`);
  await knex.raw(
    foldAudit({ keep: (name, digest) => `digest := set_config('${name}', ${digest}, true);` }),
  );
  await knex.raw(
    appendAudit({
      moment: "moment at time zone 'UTC'",
      settings: '',
      empty: `if before is not null then before := set_config('millrace.audit_before', '', true); end if;
      if after is not null then after := set_config('millrace.audit_after', '', true); end if;`,
    }),
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table platform.audit_log
      drop constraint audit_log_texts,
      add constraint audit_log_action_check check (action ~ '^[a-z][a-z0-9_.-]{0,99}$'),
      add constraint audit_log_subject_type_check check (subject_type ~ '^[a-z][a-z0-9_.-]{0,99}$'),
      add constraint audit_log_subject_id_check check (subject_id ~ '^[^[:cntrl:]]{1,200}$'),
      add constraint audit_log_ip_check check (ip ~ '^[^[:cntrl:]]{1,100}$'),
      add constraint audit_log_route_check check (route ~ '^[^[:cntrl:]]{1,250}$'),
      add constraint audit_log_request_id_check check (request_id ~ '^[^[:cntrl:]]{1,200}$')`);
  await knex.raw(
    foldAudit({ keep: (name, digest) => `perform set_config('${name}', ${digest}, true);` }),
  );
  await knex.raw(
    appendAudit({
      moment: 'moment',
      settings: " set timezone = 'UTC'",
      empty:
        "perform set_config('millrace.audit_before', '', true), set_config('millrace.audit_after', '', true);",
    }),
  );
}

function foldAudit({ keep }: { keep: (name: string, digest: string) => string }): string {
  const digest = (name: string, row: string) => `encode(sha256(convert_to(concat_ws(E'\\n',
          coalesce(current_setting('${name}', true), ''), tg_table_schema || '.' || tg_table_name,
          to_jsonb(${row})::text), 'UTF8')), 'hex')`;
  return `
    create or replace function platform.fold_audit() returns trigger language plpgsql
      set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
    declare
      digest text;
    begin
      if tg_op <> 'INSERT' then
        ${keep('millrace.audit_before', digest('millrace.audit_before', 'old'))}
      end if;
      if tg_op <> 'DELETE' then
        ${keep('millrace.audit_after', digest('millrace.audit_after', 'new'))}
      end if;
      return null;
    end $$`;
}

/** In the name of the owner, a role without the right to make anything otherwise. */
function appendAudit({
  moment,
  settings,
  empty,
}: {
  moment: string;
  settings: string;
  empty: string;
}): string {
  return `
    grant create on schema platform to millrace_audit;
    set local role millrace_audit;
    create or replace function platform.append_audit(action text, subject_type text, subject_id text, principal_id uuid, ip text,
        route text, request_id text)
      returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp${settings} as $$
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
        to_char(${moment}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), principal::text, append_audit.action, append_audit.subject_type,
        append_audit.subject_id, append_audit.ip, append_audit.route, append_audit.request_id, before, after,
        encode(head.hash, 'hex')], E'\\n', ''), 'UTF8'));
      insert into platform.audit_log (account_id, seq, occurred_at, principal_id, action, subject_type, subject_id, ip, route,
          request_id, before_hash, after_hash, prev_hash, hash)
        values (account, head.seq + 1, moment, principal, append_audit.action, append_audit.subject_type,
          append_audit.subject_id, append_audit.ip, append_audit.route, append_audit.request_id, decode(before, 'hex'),
          decode(after, 'hex'), head.hash, entry_hash);
      update platform.audit_heads h set seq = head.seq + 1, hash = entry_hash where h.account_id = account;
      ${empty}
      return head.seq + 1;
    end $$;
    reset role;
    revoke create on schema platform from millrace_audit`;
}
