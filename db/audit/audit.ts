import { proveEntry } from './audit-proof.js';
import {
  bigInteger,
  bytes,
  orNull,
  parameterList,
  text,
  uuid,
  type Values,
} from '../connection/column.js';
import { platformAccountId, type Context } from '../connection/context.js';
import type { ScopeContext, WriteScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { signingOf } from '../connection/signed-transaction.js';

/**
 * The actor, action, subject and origin of an entry: ids only; the address is stored in the entry
 * and nowhere else.
 */
export interface AuditEntry {
  /** The action, such as `site.create`. */
  action: string;
  subjectType: string;
  subjectId?: string | null;
  /** Counts only where the transaction's context names no principal. */
  principalId?: string | null;
  ip?: string | null;
  /** The pattern of the route, such as `POST /v1/accounts/:account_id/sites`. */
  route?: string | null;
  requestId?: string | null;
}

const entryParameters = {
  action: text,
  subjectType: text,
  subjectId: orNull(text),
  principalId: orNull(uuid),
  ip: orNull(text),
  route: orNull(text),
  requestId: orNull(text),
  entryId: orNull(uuid),
  proof: orNull(bytes),
};
const entryArguments = parameterList(entryParameters);

const ownEntry = query({
  name: 'audit.append',
  parameters: entryParameters,
  row: { seq: bigInteger },
  text: `select platform.append_audit(${entryArguments}) as seq`,
});

const entryOfAnother = query({
  name: 'audit.appendAs',
  parameters: { signed: text, ...entryParameters },
  row: { seq: bigInteger },
  text: `select platform.append_audit_as(:signed, ${entryArguments}) as seq`,
});

/**
 * Appends an entry to the chain of the transaction's account, or to the platform's, with the
 * digests of the audited rows changed in the transaction since the last entry. The chain is locked
 * from the entry on and all other entries of the account wait, so the entry comes with the commit.
 */
export async function appendAudit(scope: WriteScope, entry: AuditEntry): Promise<void> {
  const signing = await signingOf(scope.transaction);
  const parameters = parametersOf(entry, signing?.context, signing?.auditKey);
  await scope.close(ownEntry, parameters);
}

/** Appends an entry under another context, signed for the transaction's connection. */
export async function appendAuditAs(
  scope: WriteScope,
  { context, signed }: { context: Context; signed: string },
  entry: AuditEntry,
): Promise<void> {
  const signing = await signingOf(scope.transaction);
  const parameters = parametersOf(entry, context, signing?.auditKey);
  await scope.close(entryOfAnother, { signed, ...parameters });
}

/** Parameters of an entry, with a proof in a process that has the key of proofs. */
function parametersOf(
  entry: AuditEntry,
  context: Context = {},
  auditKey?: string,
): Values<typeof entryParameters> {
  const { action, subjectType, subjectId = null, principalId = null } = entry;
  const { ip = null, route = null, requestId = null } = entry;
  const content = {
    account_id: context.accountId ?? platformAccountId,
    principal_id: context.principalId ?? principalId,
    action,
    subject_type: subjectType,
    subject_id: subjectId,
    ip,
    route,
    request_id: requestId,
  };
  const { id = null, proof = null } = auditKey === undefined ? {} : proveEntry(content, auditKey);
  return {
    action,
    subjectType,
    subjectId,
    principalId,
    ip,
    route,
    requestId,
    entryId: id,
    proof,
  };
}

/**
 * An audited request, handed to records with transactions of their own: the records append the
 * entry and name the change.
 */
export type AuditedRequest = Required<
  Pick<AuditEntry, 'action' | 'subjectType' | 'ip' | 'route' | 'requestId'>
> & {
  /** The program of the request, which no entry holds: a session shows it to its owner. */
  userAgent?: string | null;
};

/** The platform's, for a transaction of such records. */
export const platformContextOf = ({ requestId }: AuditedRequest): ScopeContext => ({
  accountId: platformAccountId,
  correlationId: requestId ?? undefined,
});
