import { boolean, orNull, text, uuid } from '../../connection/column.js';
import { platformAccountId, type Database, type WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { newId } from '../../shared/id.js';
import { Principal } from '../account/principal.model.js';

const subject = { issuer: text, subject: text };

/** A subject of a trusted issuer, acting in an account. */
interface ExternalSubject {
  issuer: string;
  subject: string;
  accountId: string;
}

const externalStanding = query({
  name: 'externalPrincipal.find',
  parameters: { ...subject, accountId: uuid },
  row: { principalId: orNull(uuid), hasAccount: boolean },
  text: `select (select p.principal_id from identity.external_principals p
       where p.issuer = :issuer and p.subject = :subject) as principal_id,
     exists (select from identity.accounts a where a.account_id = :accountId) as has_account`,
});

const subjectLock = query({
  name: 'externalPrincipal.lock',
  parameters: subject,
  text: `select from pg_advisory_xact_lock(
     hashtextextended('identity.external|' || :issuer || '|' || :subject, 0))`,
});

const newExternalPrincipal = query({
  name: 'externalPrincipal.add',
  parameters: { ...subject, principalId: uuid },
  text: `insert into identity.external_principals (issuer, subject, principal_id)
   values (:issuer, :subject, :principalId)`,
});

const platform = { accountId: platformAccountId };

export function createExternalPrincipalRecords({
  database,
}: {
  database: Pick<Database, 'reads' | 'transaction'>;
}) {
  return {
    /**
     * The principal of a subject, made at the first call; of any number of first calls at once, a
     * single call makes the principal. Undefined for an unknown account.
     */
    async principalOf(external: ExternalSubject): Promise<string | undefined> {
      const [standing] = await database.reads(platform).read(externalStanding, external);
      if (standing?.hasAccount !== true) return undefined;
      return (
        standing.principalId ??
        database.transaction(platform, (scope) => addPrincipal(scope, external))
      );
    },
  };
}

export type ExternalPrincipalRecords = ReturnType<typeof createExternalPrincipalRecords>;

async function addPrincipal(scope: WriteScope, external: ExternalSubject): Promise<string> {
  const { issuer, subject: name } = external;
  await scope.run(subjectLock, { issuer, subject: name });
  const [standing] = await scope.run(externalStanding, external);
  if (standing?.principalId) return standing.principalId;
  const principalId = newId();
  await Principal.query(scope.transaction).insert({ principalId, kind: 'SERVICE' });
  await scope.run(newExternalPrincipal, { issuer, subject: name, principalId });
  return principalId;
}
