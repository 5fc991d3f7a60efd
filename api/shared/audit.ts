import { appendAudit, withAuditedRequest } from '../../db/shared/audit.js';
import {
  effectOf,
  isAuditedRead,
  isMutating,
  type Audited,
  type Call,
  type Contract,
  type Layer,
  type Reply,
} from './route.js';

/**
 * Writes the entry of a change, or of a read that is watched, when it has succeeded, into its transaction. A route that has no transaction of the request's tells
 * its records what to write into theirs (`auditRequest`); one whose change is an activity's leaves it to that.
 */
export const audited: Layer = (route, next) => {
  const { audit } = route;
  if (!(isMutating(route) || isAuditedRead(route)) || !audit || 'exempt' in audit || effectOf(route) === 'workflow')
    return next;
  const change = { action: audit.action, subjectType: audit.subject, route: routeName(route) };
  return async (call) => {
    const request = { ...change, ip: call.clientIp, requestId: call.requestId };
    if (!call.transaction) return withAuditedRequest(request, () => next(call));
    const reply = await next(call);
    await appendAudit(call.transaction, { ...request, subjectId: subjectIdOf(audit, call, reply) });
    return reply;
  };
};

/** The pattern, as the log and the OpenAPI document have it. */
export const routeName = ({ method, path }: Pick<Contract, 'method' | 'path'>): string =>
  `${method.toUpperCase()} ${path}`;

/** That of what was made or found, or else the path's or the query's; null where it is about many. */
export function subjectIdOf(
  { action, subject, id = `${subject}_id` }: Audited,
  call: Call,
  reply: Reply,
): string | null {
  if (id === null) return null;
  const fields = { ...Object(call.query), ...call.params, ...Object(reply.body) } as Record<string, unknown>;
  const found = fields[id];
  if (typeof found !== 'string') throw new Error(`${action}: neither path nor answer has ${id}`);
  return found;
}
