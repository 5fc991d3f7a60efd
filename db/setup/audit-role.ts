import pg from 'pg';
import { aloneInCluster, auditRole, roleNames } from './provision.js';

/**
 * Runs work while the owner of the schema belongs to the role that writes the audit log, so that a
 * migration can make or change functions that run as the audit role. Only a superuser lends the
 * role: `adminUrl` is a superuser's. Roles are the cluster's: no other process provisions or lends
 * meanwhile.
 */
export const withAuditRole = <T>(adminUrl: string, work: () => Promise<T>): Promise<T> =>
  aloneInCluster(adminUrl, async (admin) => {
    await admin.query(`grant ${auditRole} to ${roleNames.owner}`);
    try {
      return await work();
    } finally {
      await admin.query(`revoke ${auditRole} from ${roleNames.owner}`);
    }
  });

/**
 * Whether the owner of the schema may act as the writer of the audit log, as intended only while
 * the role is lent to a migration.
 */
export async function isAuditRoleOpen(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ isMember: boolean }>(
      `select pg_has_role(o.oid, a.oid, 'MEMBER') as "isMember" from pg_roles o, pg_roles a
       where o.rolname = $1 and a.rolname = $2`,
      [roleNames.owner, auditRole],
    );
    return rows[0]?.isMember ?? false;
  } finally {
    await client.end();
  }
}

export const auditRoleWarning =
  `${roleNames.owner} belongs to ${auditRole}, so whoever has its password can write the audit log: ` +
  `have a superuser run "revoke ${auditRole} from ${roleNames.owner}"`;
