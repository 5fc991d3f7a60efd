import type { Knex } from 'knex';

/** The platform's staff locks and disables users, who come back as they were, and changes its own roles. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table identity.users
      add column status_before_lock text check (status_before_lock in ('PENDING_VERIFICATION', 'ACTIVE')),
      add column status_before_disable text check (status_before_disable in ('PENDING_VERIFICATION', 'ACTIVE', 'LOCKED'));
    grant delete on identity.platform_roles to millrace_app;
    update identity.users set status_before_lock = 'PENDING_VERIFICATION' where status = 'LOCKED' and principal_id is null;
    update identity.users set status_before_disable = 'PENDING_VERIFICATION' where status = 'DISABLED' and principal_id is null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    revoke delete on identity.platform_roles from millrace_app;
    alter table identity.users drop column status_before_lock, drop column status_before_disable;
  `);
}
