import { failure } from '../../workflows/shared/failure.js';
import { readJson, structureFaults } from './body.js';
import { parseIfMatch } from './etag.js';
import { bodyKindOf } from './outline.js';
import { paramNames, type Layer } from './route.js';
import { compileBody, compileQuery, maxFaults, type Check, type Fault } from './validator.js';

/** An id that cannot be one names nothing: 404, as for one that is not there. */
export const checkParams: Layer = ({ path, params }, next) => {
  if (paramNames(path).length === 0) return next;
  const check = compileBody(params);
  return (call) => {
    if (check(call.params).length > 0 || structureFaults(call.params).length > 0) throw failure('RESOURCE_NOT_FOUND');
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

/** Query and body against their schemas; every fault of both in one answer. */
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
          ...queryFaultsOf(call.query, checkQuery).map(({ path, message }) => ({ path: asQuery(path), message })),
        );
      }
      if (checkBody) {
        const given = await readJson(call.ctx, kind, bodyLimitBytes);
        // No body at all is an object without fields: what is required in it is then named.
        call.body = given === undefined ? {} : given;
        faults.push(...faultsOf(call.body, checkBody));
      }
      if (faults.length > 0) throw failure('VALIDATION_ERROR', { errors: faults.slice(0, maxFaults) });
      return next(call);
    };
  };

/** The structure first: a schema is only asked about what can be kept. */
export function faultsOf(value: unknown, check: Check): Fault[] {
  const faults = structureFaults(value);
  return faults.length > 0 ? faults : check(value);
}

/** Looks again at what texts were made into: one of them may say "Infinity". */
function queryFaultsOf(query: unknown, check: Check): Fault[] {
  const faults = faultsOf(query, check);
  return faults.length > 0 ? faults : structureFaults(query);
}

const asQuery = (path: string): string => `?${path.slice(1)}`;
