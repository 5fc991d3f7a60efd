import type pg from 'pg';
import { StartupFailure } from '../../processes/startup-failure.js';

interface RoleRow {
  name: string;
  unbound: boolean;
  settings: string[];
  isOpen: boolean;
  hasSchema: boolean;
}

/**
 * Throws for a role that row-level security does not bind, that may make temporary objects, or that
 * carries settings: a role may alter itself, and such settings outlast the connection and the
 * process of the attacker. Throws also without Millrace's schema. Runs at boot, for every pool.
 */
export async function assertBoundRole(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<RoleRow>(`
    select r.rolname as name,
      r.rolsuper or r.rolbypassrls or pg_has_role(r.oid, (select o.oid from pg_roles o where o.rolname = 'millrace_owner'), 'member')
      as unbound,
      has_database_privilege(r.oid, current_database(), 'temporary') as "isOpen",
      exists (select from pg_namespace n where n.nspname = 'platform') as "hasSchema",
      array(select unnest(s.setconfig) from pg_db_role_setting s left join pg_database d on d.oid = s.setdatabase
        where s.setrole = r.oid and (s.setdatabase = 0 or d.datname = current_database())) as settings
    from pg_roles r where r.rolname = current_user`);
  const role = rows[0];
  if (!role || role.unbound) {
    throw new StartupFailure(
      `the database role ${role?.name ?? ''} is a superuser, bypasses row-level security or belongs to millrace_owner; connect as millrace_app`,
    );
  }
  if (!role.hasSchema) {
    throw new StartupFailure(
      'the database has no schema of Millrace yet: run migrate first (npm run migrate, or node dist/workers/migrate.js), with DATABASE_MIGRATION_URL',
    );
  }
  if (role.isOpen) {
    throw new StartupFailure(
      'the database lets everybody make temporary objects, whose names would come before all others; run as its owner: "revoke temporary on database … from public"',
    );
  }
  if (role.settings.length > 0) {
    const names = role.settings.map((setting) => setting.split('=')[0]).join(', ');
    throw new StartupFailure(
      `the database role ${role.name} has settings of its own (${names}), which nothing of Millrace makes: find out who did, then run "alter role ${role.name} reset all", and the same "in database" where it is one's`,
    );
  }
}
