import { appendAudit } from '../../db/audit/audit.js';
import type { WriteScope } from '../../db/connection/database.js';
import {
  effectOf,
  isAuditedRead,
  isMutating,
  isTransacted,
  type Audited,
  type Call,
  type Contract,
  type Layer,
  type Reply,
} from '../route/route.js';

/**
 * Appends the audit entry of a successful change, or of a watched read, in the same transaction. A
 * route without a transaction of the request gets an `audited` for its records to append to; a
 * route with an activity's effect leaves the entry to the activity.
 */
export const audited: Layer = (route, next) => {
  const { audit } = route;
  if (
    !(isMutating(route) || isAuditedRead(route)) ||
    !audit ||
    'exempt' in audit ||
    effectOf(route) === 'workflow'
  )
    return next;
  const change = { action: audit.action, subjectType: audit.subject, route: routeName(route) };
  const hasTransaction = isTransacted(route);
  return async (call) => {
    const request = { ...change, ip: call.clientIp, requestId: call.requestId };
    if (!hasTransaction) {
      call.audited = { ...request, userAgent: agentOf(call) };
      return next(call);
    }
    const reply = await next(call);
    await appendAudit(call.scope as WriteScope, {
      ...request,
      subjectId: subjectIdOf(audit, call, reply),
    });
    return reply;
  };
};

/** The name of the program as far as it is shown; a header holds no control characters. */
const agentOf = (call: Call): string | null => call.header('User-Agent').slice(0, 256) || null;

/** The route's pattern, as in the log and the OpenAPI document. */
export const routeName = ({ method, path }: Pick<Contract, 'method' | 'path'>): string =>
  `${method.toUpperCase()} ${path}`;

/**
 * Subject id from the answer, else from the path, the query or the body; null for an entry about
 * many subjects.
 */
function subjectIdOf(
  { action, subject, id = `${subject}_id` }: Audited,
  call: Call,
  reply: Reply,
): string | null {
  if (id === null) return null;
  for (const place of [reply.body, call.params, call.query, call.body]) {
    const subjectId: unknown = (Object(place) as Record<string, unknown>)[id];
    if (typeof subjectId === 'string') return subjectId;
  }
  throw new Error(`${action}: neither answer nor request has ${id}`);
}
