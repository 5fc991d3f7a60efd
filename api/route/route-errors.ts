import type { ErrorCode } from '../../workflows/shared/error-codes.js';
import { isOfAccount, needsCaller } from './access.js';
import { isProbe } from './probe.js';
import { idempotencyOf, paramNames, type Contract } from './route.js';

/**
 * Every possible code of a route: the route's own codes, and the codes implied by access and
 * schemas.
 */
export function errorsOf(route: Contract): ErrorCode[] {
  const { access, path, query, body, upload, concurrency, feature, uses, errors } = route;
  const implied: (ErrorCode | false)[] = [
    needsCaller(access) && 'UNAUTHENTICATED',
    needsCaller(access) && 'AMBIGUOUS_CREDENTIALS',
    needsCaller(access) && 'FORBIDDEN',
    isOfAccount(access) && 'MFA_REQUIRED_BY_ACCOUNT',
    paramNames(path).length > 0 && 'RESOURCE_NOT_FOUND',
    (query !== undefined || body !== undefined) && 'VALIDATION_ERROR',
    query !== undefined && 'cursor' in query.properties && 'INVALID_CURSOR',
    !isProbe(path) && 'RATE_LIMITED',
    feature !== undefined && 'FEATURE_GATE',
    uses !== undefined && 'PLAN_LIMIT_REACHED',
    ...(body === undefined ? [] : bodyErrors),
    ...(upload === undefined ? [] : uploadErrors),
    ...(concurrency === undefined ? [] : concurrencyErrors),
    ...(idempotencyOf(route) === 'none' ? [] : keyErrors),
    idempotencyOf(route) === 'required' && 'IDEMPOTENCY_KEY_REQUIRED',
    'INTERNAL_ERROR',
    'SERVICE_UNAVAILABLE',
  ];
  return [...new Set([...implied.filter((code) => code !== false), ...errors])];
}

const uploadErrors: ErrorCode[] = [
  'MALFORMED_REQUEST',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
];
const bodyErrors: ErrorCode[] = ['MALFORMED_JSON', ...uploadErrors];
const keyErrors: ErrorCode[] = [
  'INVALID_IDEMPOTENCY_KEY',
  'IDEMPOTENCY_KEY_CONFLICT',
  'IDEMPOTENCY_IN_PROGRESS',
];
const concurrencyErrors: ErrorCode[] = [
  'PRECONDITION_REQUIRED',
  'PRECONDITION_FAILED',
  'VALIDATION_ERROR',
];
