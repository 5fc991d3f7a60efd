import type { Knex } from 'knex';

/** Exports end some time after the writing. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index audit_exports_finished on platform.audit_exports (finished_at) where finished_at is not null;
    -- The platform looks at which exports are under way, and which were kept for long enough, of every account.
    alter policy platform on platform.audit_exports using ((select platform.current_account_id()) = platform.nil_uuid());
    -- Under the account's own context.
    grant delete on platform.audit_exports to millrace_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    revoke delete on platform.audit_exports from millrace_app;
    alter policy platform on platform.audit_exports
      using ((select platform.current_account_id()) = platform.nil_uuid() and status = 'RUNNING');
    drop index platform.audit_exports_finished;
  `);
}
