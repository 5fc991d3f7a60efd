import { createPasswordHasher } from '../../api/shared/password-hasher.js';
import { createAccountRecords } from '../../db/identity/account.records.js';
import { createAdminRecords } from '../../db/identity/admin.records.js';
import { createCredentialViews } from '../../db/identity/credential.views.js';
import { createMeViews } from '../../db/identity/me.views.js';
import type { Database } from '../../db/shared/database.js';
import { accountRoles } from '../../workflows/identity/account.contract.js';
import type { PlanId } from '../../workflows/identity/plan.contract.js';

export interface DemoLogin {
  role: string;
  email: string;
  password: string;
}

/** Known to everyone, hence for development only. */
const password = 'millrace-demo';
export const organizationName = 'Demo Water Company';
const platformAdminRole = 'PLATFORM_ADMIN';

const emailOf = (role: string): string => `${role.toLowerCase().replace('_', '-')}@demo.example`;

/** A login a role on the demo organisation, and a platform admin. */
export const demoLogins: readonly DemoLogin[] = [...accountRoles, platformAdminRole].map((role) => ({
  role,
  email: emailOf(role),
  password,
}));

/** Makes what is missing of the demo; repeating it changes nothing, also after one that was killed half-way. */
export async function seedDemo({
  database,
  planId,
}: {
  database: Database;
  planId: PlanId;
}): Promise<{ accountId: string }> {
  const admins = createAdminRecords({ database, planId });
  const accounts = createAccountRecords({ database });
  const credentials = createCredentialViews(database.read);
  const passwords = createPasswordHasher();

  async function ensureUser(role: string): Promise<string> {
    const email = emailOf(role);
    const known = await credentials.byUsername(email);
    if (known?.principalId) return known.principalId;
    const registration = { identifiers: { email }, passwordHash: await passwords.hash(password) };
    return (await admins.addUser(registration, { isPlatformAdmin: role === platformAdminRole })).principalId;
  }

  async function ensureOrganization(ownerPrincipalId: string): Promise<string> {
    const me = await createMeViews(database.read).byPrincipal(ownerPrincipalId);
    const existing = me?.org_memberships.find(({ org_name: name }) => name === organizationName);
    const account = { kind: 'ORGANIZATION', name: organizationName, planId, ownerPrincipalId } as const;
    return existing?.org_principal_id ?? accounts.open(account);
  }

  const accountId = await ensureOrganization(await ensureUser('OWNER'));
  for (const role of accountRoles) await accounts.setRole(accountId, await ensureUser(role), role);
  await ensureUser(platformAdminRole);
  return { accountId };
}
