import type { RequestRecords } from '../../db/platform/request.records.js';
import { platformAccountId, type Database } from '../../db/shared/database.js';
import { keyReader, replayedHeader } from './idempotency.js';
import { render } from './reply.js';
import { effectOf, idempotencyOf, isAuditedRead, isMutating, type Call, type Contract, type Layer } from './route.js';

export interface TransactionParts {
  database: Pick<Database, 'together'>;
  requests: Pick<RequestRecords, 'take' | 'keep'>;
}

/**
 * One transaction around a handler that changes what belongs to an account or the platform, in the signed context of who
 * asks. What the handler does through the database joins it; the entry of the audit log and the answer to a keyed request
 * are part of it. A refusal or an error takes all of it back, so a retry runs again.
 */
export const transact =
  ({ database, requests }: TransactionParts): Layer =>
  (route, next) => {
    if (!isTransacted(route)) return next;
    const keyOf = keyReader(route);
    return async (call) => {
      const key = keyOf(call);
      return database.together(contextOf(call), async (transaction) => {
        call.transaction = transaction;
        const kept = key && (await requests.take(transaction, key));
        if (kept) {
          const headers = { ...kept.headers, [replayedHeader]: 'true' };
          return { status: kept.status, headers, content: kept.body };
        }
        const reply = await next(call);
        if (!key) return reply;
        // Whoever asks first is answered with the very bytes that are kept.
        const rendered = render(reply, route.responses[reply.status]);
        const { status, headers, content } = rendered;
        const body = typeof content === 'string' ? Buffer.from(content) : content;
        if (body !== null && !Buffer.isBuffer(body)) throw new Error('a stream cannot be answered again');
        await requests.keep(transaction, key, { status, headers, body });
        return { ...reply, ...rendered };
      });
    };
  };

/** Whoever needs no record and keeps no answer (a quote, a batch of facts) has transactions of its own, if any. */
const isTransacted = (route: Contract): boolean =>
  isAuditedRead(route) ||
  (isMutating(route) &&
    effectOf(route) === 'transaction' &&
    (route.access.kind === 'member' || route.access.kind === 'resource' || route.access.kind === 'platformAdmin') &&
    ((route.audit !== undefined && 'action' in route.audit) || idempotencyOf(route) !== 'none'));

/** A platform admin acts for the platform, where no account is named. */
function contextOf({ accountId = platformAccountId, caller }: Call) {
  if (!caller) throw new Error('nobody knows on whose behalf');
  return { accountId, principalId: caller.principalId };
}
