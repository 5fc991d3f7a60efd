import { proveEntry } from './audit-proof.js';
import { platformAccountId, type Context } from './context.js';
import type { Transaction } from './database.js';
import { runHot } from './hot.js';
import { statement } from './reader.js';
import { scoped } from './scope.js';
import { signingOf } from './signed-transaction.js';

/** Who did what, on what, from where: ids only; the address is kept in the entry and nowhere else. */
export interface AuditEntry {
  /** What was done, such as `site.create`. */
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

const told = '?::text, ?::text, ?::text, ?::uuid, ?::text, ?::text, ?::text, ?::uuid, ?::bytea';
const append = statement('audit.append', `select platform.append_audit(${told}) as seq`);
const appendAs = statement('audit.appendAs', `select platform.append_audit_as(?::text, ${told}) as seq`);

/**
 * Appends to the chain of the account that the transaction is signed for, or to the platform's, with the digests of the
 * audited rows that it has changed since the last entry; answers the entry's number. It holds the chain until the
 * transaction ends, so it comes last: all other entries of the account wait for that.
 */
export async function appendAudit(trx: Transaction, entry: AuditEntry): Promise<number> {
  const signing = await signingOf(trx);
  return numbered(await runHot(trx, append, valuesOf(entry, signing?.context, signing?.auditKey)));
}

/** The same under a context of its own, which is signed for the transaction's connection. */
export async function appendAuditAs(
  trx: Transaction,
  { context, signed }: { context: Context; signed: string },
  entry: AuditEntry,
): Promise<number> {
  const signing = await signingOf(trx);
  return numbered(await runHot(trx, appendAs, [signed, ...valuesOf(entry, context, signing?.auditKey)]));
}

/** What is told of an entry, with its proof where the process can make one. */
function valuesOf(entry: AuditEntry, context: Context = {}, auditKey?: string): unknown[] {
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
  return [action, subjectType, subjectId, principalId, ip, route, requestId, id, proof];
}

function numbered([row]: { seq: number }[]): number {
  if (!row) throw new Error('an audit entry was not numbered');
  return row.seq;
}

/** What is known of a request before its records know on what it acts. */
export type AuditedRequest = Required<Pick<AuditEntry, 'action' | 'subjectType' | 'ip' | 'route' | 'requestId'>>;
const scope = scoped<AuditedRequest>('audited request');

/** For requests whose transactions are their records' own: these write the entry, by `auditRequest`. */
export const withAuditedRequest = <T>(request: AuditedRequest, work: () => T): T => scope.run(request, work);

/**
 * Writes the entry of the request that is going on into the transaction of its change, last of all; `action` where what
 * happened is not what was asked for. Nothing, where no request is audited, as in a seed.
 */
export async function auditRequest(
  trx: Transaction,
  change: { subjectId: string; principalId?: string | null; action?: string },
): Promise<void> {
  const request = scope.current();
  if (request) await appendAudit(trx, { ...request, ...change });
}
