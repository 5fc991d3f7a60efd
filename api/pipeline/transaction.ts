import type { RequestRecords } from '../../db/platform/request.records.js';
import {
  platformAccountId,
  type Database,
  type ScopeContext,
  type WriteScope,
} from '../../db/connection/database.js';
import { isForPlatform } from '../route/access.js';
import { keyReader, replayedHeader } from './idempotency.js';
import { render } from './reply.js';
import { isTransacted, type Call, type Layer } from '../route/route.js';

export interface TransactionParts {
  database: Pick<Database, 'reads' | 'transaction'>;
  /** Answers to keyed requests, in the request's scope. */
  requests: (scope: WriteScope) => RequestRecords;
}

/**
 * A single transaction around a handler that changes rows of an account or the platform, in the
 * caller's signed context: the scope of the handler, of the audit entry, and of the answer to a
 * keyed request. A refusal or an error rolls all back, so a retry runs again.
 */
export const transact =
  ({ database, requests }: TransactionParts): Layer =>
  (route, next) => {
    if (!isTransacted(route)) return next;
    const keyOf = keyReader(route);
    return async (call) => {
      const key = keyOf(call);
      return database.transaction(changeContextOf(call), async (scope) => {
        call.scope = scope;
        const kept = key && (await requests(scope).take(key));
        if (kept) {
          const headers = { ...kept.headers, [replayedHeader]: 'true' };
          return { status: kept.status, headers, content: kept.body };
        }
        const reply = await next(call);
        if (!key) return reply;
        // The first caller gets the very bytes stored for a repeat.
        const rendered = render(reply, route.responses[reply.status]);
        const { status, headers, content } = rendered;
        const body = typeof content === 'string' ? Buffer.from(content) : content;
        if (body !== null && !Buffer.isBuffer(body))
          throw new Error('a stream cannot be answered again');
        await requests(scope).keep(key, { status, headers, body });
        return { ...reply, ...rendered };
      });
    };
  };

/** Gives every request a read scope, for the request's account or else for the caller. */
export const readScoped =
  ({ database }: Pick<TransactionParts, 'database'>): Layer =>
  ({ access }, next) => {
    const isInner = isForPlatform(access);
    return (call) => {
      call.scope = database.reads(readContextOf(call, isInner));
      return next(call);
    };
  };

/** A platform admin acts for the platform, unless the request names an account. */
export function changeContextOf({
  accountId = platformAccountId,
  caller,
  requestId,
}: Call): ScopeContext {
  if (!caller) throw new Error('nobody knows on whose behalf');
  return { accountId, principalId: caller.principalId, correlationId: requestId };
}

/** The platform's staff reads for the platform on the platform's routes; an admin, on all. */
function readContextOf({ accountId, caller, requestId }: Call, isInner: boolean): ScopeContext {
  if (accountId !== undefined) return { accountId, correlationId: requestId };
  if (caller && !isInner && !caller.isPlatformAdmin)
    return { principalId: caller.principalId, correlationId: requestId };
  return { accountId: platformAccountId, correlationId: requestId };
}
