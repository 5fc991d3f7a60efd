import type { Knex } from 'knex';

const added = ['BUDGET_EXCEEDED', 'PAYLOAD_TOO_LARGE', 'UNIT_DISABLED'];
const before = ['MISSING_SEQ', 'UNREGISTERED_DEVICE', 'UNATTACHED', 'UNREADABLE', 'SEQ_TOO_SPARSE'];
const dropReasons = (reasons: readonly string[]): string => `
  alter table water.telemetry_drops drop constraint telemetry_drops_reason_check,
    add constraint telemetry_drops_reason_check check (reason in (${reasons.map((reason) => `'${reason}'`).join(', ')}));`;

/**
 * The parts of a standing, and the changes of a part with an effect: an end of a standing, or a
 * gain.
 */
const watched = {
  'identity.user_sessions': 'update of revoked_at, expires_at or delete',
  'identity.users': 'update of epoch, status or delete',
  'identity.access_grants': 'insert or update or delete',
  'identity.platform_roles': 'insert or update or delete',
  'water.device_units': 'update of provisioning_status, mqtt_password_hash or delete',
};

/**
 * Changes of standings, for processes with standings in memory: each process asks twice a second
 * for changes newer than the last answer, of any user, so that the cost of a question grows with
 * the number of changes and not with the number of connections.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ${dropReasons([...before, ...added])}

    create table platform.standing_changes (
      change_id bigint generated always as identity primary key,
      -- The transaction: one that began before a question and was committed after it is found by the next one.
      changed_in xid8 not null default pg_current_xact_id(),
      changed_at timestamptz not null default now(),
      kind text not null check (kind in ('session', 'user', 'principal', 'unit')),
      subject_id text not null
    );
    create index on platform.standing_changes (changed_in);
    create index on platform.standing_changes (changed_at);
    alter table platform.standing_changes enable row level security;
    alter table platform.standing_changes force row level security;
    create policy watching on platform.standing_changes for select to millrace_app
      using ((select platform.current_account_id()) = platform.nil_uuid());
    create policy tidying on platform.standing_changes for delete to millrace_app
      using ((select platform.current_account_id()) = platform.nil_uuid()
        and changed_at < now() - interval '10 minutes');
    create policy recording on platform.standing_changes for insert to millrace_owner with check (true);
    grant select, delete on platform.standing_changes to millrace_app;

    create function platform.record_standing_change() returns trigger language plpgsql security definer
      set search_path = pg_catalog, pg_temp as $$
    declare
      changed jsonb := case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
    begin
      -- A refresh gives a session more time, which nobody needs to hear.
      if tg_op = 'UPDATE' and tg_table_name = 'user_sessions' and to_jsonb(old) -> 'revoked_at' = changed -> 'revoked_at'
        and (changed ->> 'expires_at')::timestamptz >= (to_jsonb(old) ->> 'expires_at')::timestamptz then
        return null;
      end if;
      insert into platform.standing_changes (kind, subject_id) select k.kind, k.subject_id from (
        select case tg_table_name when 'user_sessions' then 'session' when 'users' then 'user'
            when 'device_units' then 'unit' else 'principal' end,
          case tg_table_name when 'user_sessions' then changed ->> 'session_id' when 'users' then changed ->> 'user_id'
            when 'device_units' then changed ->> 'device_id' else changed ->> 'principal_id' end
        ) as k(kind, subject_id);
      return null;
    end $$;
    revoke execute on function platform.record_standing_change() from public;

    ${Object.entries(watched)
      .map(
        ([table, changes]) =>
          `create trigger standing after ${changes} on ${table} for each row execute function platform.record_standing_change();`,
      )
      .join('\n')}
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ${Object.keys(watched)
      .map((table) => `drop trigger standing on ${table};`)
      .join('\n')}
    drop function platform.record_standing_change();
    drop table platform.standing_changes;
    delete from water.telemetry_drops where reason in (${added.map((reason) => `'${reason}'`).join(', ')});
    ${dropReasons(before)}
  `);
}
