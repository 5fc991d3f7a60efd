import { createPasswordHasher } from '../../api/authentication/password-hasher.js';
import { accountRecords, openAccount } from '../../db/identity/account/account.records.js';
import { createAdminRecords } from '../../db/identity/registration/admin.records.js';
import { credentialViews } from '../../db/identity/session/credential.views.js';
import { meViews } from '../../db/identity/account/me.views.js';
import { platformAccountId, type Database } from '../../db/connection/database.js';
import { accountRoles } from '../../workflows/identity/account.contract.js';
import { platformRoles } from '../../workflows/identity/staff/platform-role.contract.js';
import type { PlanId } from '../../workflows/identity/plan.contract.js';

export interface DemoLogin {
  role: string;
  email: string;
  password: string;
}

/** Known to everyone, hence for development only. */
const password = 'millrace-demo';
export const organizationName = 'Demo Water Company';

const emailOf = (role: string): string => `${role.toLowerCase().replace('_', '-')}@demo.example`;

/** A login a role on the demo organisation, and a platform role. */
export const demoLogins: readonly DemoLogin[] = [...accountRoles, ...platformRoles].map((role) => ({
  role,
  email: emailOf(role),
  password,
}));

/** Makes the missing parts of the demo; a repeat changes nothing, also after a kill half-way. */
export async function seedDemo({
  database,
  planId,
}: {
  database: Database;
  planId: PlanId;
}): Promise<{ accountId: string }> {
  const admins = createAdminRecords({ database, planId });
  const platform = { accountId: platformAccountId };
  const credentials = credentialViews(database.reads(platform));
  const passwords = createPasswordHasher();

  async function ensureUser(role: string): Promise<string> {
    const email = emailOf(role);
    const credential = await credentials.byUsername(email);
    if (credential?.principalId) return credential.principalId;
    const registration = { identifiers: { email }, passwordHash: await passwords.hash(password) };
    const platformRole = platformRoles.find((each) => each === role);
    return (await admins.addUser(registration, { platformRole })).principalId;
  }

  async function ensureOrganization(ownerPrincipalId: string): Promise<string> {
    const owner = database.reads({ principalId: ownerPrincipalId });
    const me = await meViews(owner).ofPrincipal();
    const existing = me?.org_memberships.find(({ org_name: name }) => name === organizationName);
    const account = {
      kind: 'ORGANIZATION',
      name: organizationName,
      planId,
      ownerPrincipalId,
    } as const;
    return (
      existing?.org_principal_id ??
      database.transaction(platform, (scope) => openAccount(scope, account))
    );
  }

  const accountId = await ensureOrganization(await ensureUser('OWNER'));
  for (const role of accountRoles) {
    const principalId = await ensureUser(role);
    await database.transaction({ accountId }, (scope) =>
      accountRecords(scope).setRole(principalId, role),
    );
  }
  for (const role of platformRoles) await ensureUser(role);
  return { accountId };
}
