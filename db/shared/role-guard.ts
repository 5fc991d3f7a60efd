import type pg from 'pg';
import { StartupFailure } from '../../processes/startup-failure.js';

/** Refuses to go on as a role that row-level security does not bind. Asked at boot, for every pool. */
export async function assertBoundRole(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ name: string; unbound: boolean }>(`
    select r.rolname as name,
      r.rolsuper or r.rolbypassrls or pg_has_role(r.oid, (select o.oid from pg_roles o where o.rolname = 'millrace_owner'), 'member')
      as unbound
    from pg_roles r where r.rolname = current_user`);
  const role = rows[0];
  if (!role || role.unbound) {
    throw new StartupFailure(
      `the database role ${role?.name ?? ''} is a superuser, bypasses row-level security or belongs to millrace_owner; connect as millrace_app`,
    );
  }
}
