import type { Knex } from 'knex';

const standing = (fields: string, memberships: string): string => `
  create or replace function identity.session_standing(named_session uuid, named_principal uuid)
    returns table (user_id uuid, epoch integer, expires_at timestamptz, is_open boolean, memberships json)
    language sql stable security definer set search_path = pg_catalog, pg_temp begin atomic
    select s.user_id, u.epoch, least(s.expires_at, s.absolute_until),
      s.revoked_at is null and least(s.expires_at, s.absolute_until) > now() and u.status = 'ACTIVE',
      coalesce((select json_agg(json_build_object(${fields}) order by g.created_at, g.account_id)
        from identity.access_grants g ${memberships}), '[]')
    from identity.user_sessions s join identity.users u on u.user_id = s.user_id
    where s.session_id = named_session and s.principal_id = named_principal;
  end;`;
const role = `'accountId', g.account_id, 'role', g.role`;
const ofAccount = `g.principal_id = s.principal_id and g.resource_type = 'account' and g.resource_id = g.account_id`;

/** Event streams, too, are closed to a session without the second factor that an account requires. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ${standing(
      `${role}, 'isMfaMissing', false`,
      `join identity.accounts a on a.account_id = g.account_id
        where ${ofAccount} and not (g.role = any (a.mfa_required_roles) and not 'mfa' = any (s.amr))`,
    )}
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ${standing(role, `where ${ofAccount}`)}
  `);
}
