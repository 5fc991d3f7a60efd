import { failure } from '../../workflows/shared/failure.js';
import { readJson, structureFaults } from '../route/body.js';
import { parseIfMatch } from '../shared/etag.js';
import { bodyKindOf } from '../route/outline.js';
import { paramNames, type Layer } from '../route/route.js';
import { openUpload } from '../route/upload.js';
import {
  compileBody,
  compileQuery,
  maxFaults,
  type Check,
  type Fault,
} from '../route/validator.js';

/** A malformed id names nothing: 404, as for a missing id. */
export const checkParams: Layer = ({ path, params }, next) => {
  if (paramNames(path).length === 0) return next;
  const check = compileBody(params);
  return (call) => {
    if (check(call.params).length > 0 || structureFaults(call.params).length > 0)
      throw failure('RESOURCE_NOT_FOUND');
    return next(call);
  };
};

const noTag: Fault = { path: 'If-Match', message: 'must be an ETag in its quotes, such as "3"' };

export const requireVersion: Layer = ({ concurrency }, next) =>
  concurrency === undefined
    ? next
    : (call) => {
        const header = call.ctx.get('If-Match');
        if (header === '') throw failure('PRECONDITION_REQUIRED');
        const version = parseIfMatch(header);
        if (version === undefined) throw failure('VALIDATION_ERROR', { errors: [noTag] });
        call.ifMatch = version;
        return next(call);
      };

/** Query and body against the route's schemas; all faults of both in a single answer. */
export const checkInput =
  (bodyLimitBytes: number): Layer =>
  ({ query, body }, next) => {
    if (!query && !body) return next;
    const checkQuery = query && compileQuery(query);
    const checkBody = body && compileBody(body);
    const kind = bodyKindOf(body ?? {});
    return async (call) => {
      const faults: Fault[] = [];
      if (checkQuery) {
        call.query = { ...call.ctx.query };
        faults.push(
          ...queryFaultsOf(call.query, checkQuery).map(({ path, message }) => ({
            path: asQuery(path),
            message,
          })),
        );
      }
      if (checkBody) {
        const given = await readJson(call.ctx, kind, bodyLimitBytes);
        // No body counts as an object without fields, so that missing required fields are named.
        call.body = given === undefined ? {} : given;
        faults.push(...faultsOf(call.body, checkBody));
      }
      if (faults.length > 0)
        throw failure('VALIDATION_ERROR', { errors: faults.slice(0, maxFaults) });
      return next(call);
    };
  };

/** Hands the body over as a stream; nothing of the body is read before the handler reads. */
export const takeUpload: Layer = ({ upload }, next) =>
  upload === undefined
    ? next
    : async (call) => {
        const opened = openUpload(call.ctx, upload);
        call.upload = opened;
        try {
          return await next(call);
        } finally {
          // Lets the rest of an unread body flow away, and the connection go on.
          opened.body.destroy();
        }
      };

/** Structure first: a schema judges only storable values. */
export function faultsOf(value: unknown, check: Check): Fault[] {
  const faults = structureFaults(value);
  return faults.length > 0 ? faults : check(value);
}

/** Checks coerced values again: a text may have said "Infinity". */
function queryFaultsOf(query: unknown, check: Check): Fault[] {
  const faults = faultsOf(query, check);
  return faults.length > 0 ? faults : structureFaults(query);
}

const asQuery = (path: string): string => `?${path.slice(1)}`;
