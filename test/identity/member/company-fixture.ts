import { accountRecords, openAccount } from '../../../db/identity/account/account.records.js';
import { platformAccountId } from '../../../db/connection/database.js';
import type { AccountRole } from '../../../workflows/identity/account.contract.js';
import type { IdentityApi } from '../identity-api.js';

export type Person = Awaited<ReturnType<IdentityApi['signUp']>>;

/** A company with an owner, and people in it. */
export interface Company {
  accountId: string;
  path: string;
  owner: Person;
  /** A new person with a role. */
  join(role: AccountRole): Promise<Person>;
}

export async function openCompany(api: IdentityApi, name = 'Kibera Water'): Promise<Company> {
  const owner = await api.signUp();
  const account = {
    kind: 'ORGANIZATION',
    name,
    planId: 'pro',
    ownerPrincipalId: owner.principalId,
  } as const;
  const accountId = await api.database.transaction({ accountId: platformAccountId }, (scope) =>
    openAccount(scope, account),
  );
  return {
    accountId,
    path: `/v1/accounts/${accountId}`,
    owner,
    async join(role) {
      const person = await api.signUp();
      await api.database.transaction({ accountId }, (scope) =>
        accountRecords(scope).setRole(person.principalId, role),
      );
      return person;
    },
  };
}

/** Calls as a person. */
export const callsOf = ({ request }: Pick<IdentityApi, 'request'>, person: Person) => {
  const auth = { type: 'bearer' } as const;
  return {
    get: (path: string) => request.get(path).auth(person.access_token, auth),
    post: (path: string, body: object = {}) =>
      request.post(path).auth(person.access_token, auth).send(body),
    patch: (path: string, body: object) =>
      request.patch(path).auth(person.access_token, auth).send(body),
    delete: (path: string) => request.delete(path).auth(person.access_token, auth),
  };
};
