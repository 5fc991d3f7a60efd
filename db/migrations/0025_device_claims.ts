import type { Knex } from 'knex';

/**
 * The account of a unit, and the accounts allowed to claim the unit; an account's description of a
 * device during the claim; failed tries of claims.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- assigned_to: by the platform, and then nobody else's. claimed_by: the account that was last found to be allowed to
    -- attach the unit, by what only the holder of its label knows or because it is its own. An attachment needs it.
    alter table water.device_units
      add column claim_code_hash bytea,
      add column assigned_to uuid,
      add column claimed_by uuid;

    -- What an account called and set of a device that it has given up, for when it takes the device again.
    alter table water.device_attachments
      add column name text,
      add column interval_ms integer check (interval_ms > 0),
      add column status text,
      -- Lower sequence numbers were sent to whoever had the device before.
      add column first_seq bigint not null default 0;
    -- Who had a unit last.
    create index device_attachments_history on water.device_attachments (device_id, attached_at desc);

    -- Unlogged, as the counts of requests are: a count is worth no fsync, and outlives every process but a crash of PostgreSQL.
    create unlogged table water.claim_misses (
      key text primary key,
      count integer not null,
      ends_at timestamptz not null
    );
    create index on water.claim_misses (ends_at);
    alter table water.claim_misses enable row level security;
    alter table water.claim_misses force row level security;
    create policy platform on water.claim_misses to millrace_app
      using ((select platform.current_account_id()) = platform.nil_uuid())
      with check ((select platform.current_account_id()) = platform.nil_uuid());
    grant select, insert, update, delete on water.claim_misses to millrace_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table water.claim_misses;
    drop index water.device_attachments_history;
    alter table water.device_attachments drop column name, drop column interval_ms, drop column status, drop column first_seq;
    alter table water.device_units drop column claim_code_hash, drop column assigned_to, drop column claimed_by;
  `);
}
