import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Copies of a chain that an account asked for, as far as the chain went when the copying began.
    create table platform.audit_exports (
      account_id uuid not null,
      export_id uuid not null,
      status text not null default 'RUNNING' check (status in ('RUNNING', 'DONE', 'FAILED')),
      requested_at timestamptz not null default now(),
      finished_at timestamptz,
      -- The chain's head as it was; both null until copying begins.
      last_seq bigint check (last_seq >= 0),
      head_hash bytea check (length(head_hash) = 32),
      entries_done bigint not null default 0 check (entries_done >= 0),
      -- Objects are kept under these, however often they are kept.
      entries_object_id uuid not null default gen_random_uuid(),
      manifest_object_id uuid not null default gen_random_uuid(),
      signature_object_id uuid not null default gen_random_uuid(),
      primary key (account_id, export_id),
      check ((last_seq is null) = (head_hash is null)),
      check ((status = 'RUNNING') = (finished_at is null))
    );
    -- One at a time: whoever asks meanwhile gets the one that is on its way.
    create unique index audit_exports_running on platform.audit_exports (account_id) where status = 'RUNNING';
    alter table platform.audit_exports enable row level security;
    alter table platform.audit_exports force row level security;
    create policy account on platform.audit_exports to millrace_app
      using (account_id = (select platform.current_account_id()))
      with check (account_id = (select platform.current_account_id()));
    grant select, insert on platform.audit_exports to millrace_app;
    grant update (status, finished_at, last_seq, head_hash, entries_done) on platform.audit_exports to millrace_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table platform.audit_exports');
}
