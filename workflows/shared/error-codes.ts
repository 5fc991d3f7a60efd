import { domainWords } from '../domains.js';
import { code, type ErrorDefinition } from './error-kinds.js';

/** Codes of no domain. */
const sharedCodes = {
  MALFORMED_JSON: code('malformed', 'The request body is not valid JSON.'),
  MALFORMED_REQUEST: code('malformed', 'The request could not be read.'),
  VALIDATION_ERROR: code('invalid', 'The request does not fit its schema.'),
  INVALID_CURSOR: code('invalid', 'The cursor was not made by this API or has been changed.'),
  UNAUTHENTICATED: code('unauthenticated', 'A valid access token is required.'),
  FORBIDDEN: code('refused', 'You may not do this.'),
  ROUTE_NOT_FOUND: code('notFound', 'There is no such route.'),
  RESOURCE_NOT_FOUND: code('notFound', 'There is no such resource.'),
  METHOD_NOT_ALLOWED: code('methodNotAllowed', 'The route does not have this method.'),
  MISDIRECTED_REQUEST: code('misdirected', 'The API does not answer to this Host name.'),
  PAYLOAD_TOO_LARGE: code('tooLarge', 'The request body is larger than allowed.'),
  UNSUPPORTED_MEDIA_TYPE: code(
    'unsupported',
    'The media type of the request body is not accepted.',
  ),
  PRECONDITION_FAILED: code('stale', 'The resource has changed since it was read.'),
  PRECONDITION_REQUIRED: code(
    'preconditionRequired',
    'If-Match with the current ETag is required.',
  ),
  IDEMPOTENCY_KEY_REQUIRED: code('malformed', 'This route needs an Idempotency-Key.'),
  INVALID_IDEMPOTENCY_KEY: code(
    'malformed',
    'An Idempotency-Key is 1 to 255 visible ASCII characters, quoted or not.',
  ),
  IDEMPOTENCY_KEY_CONFLICT: code('conflict', 'This Idempotency-Key was used with another request.'),
  IDEMPOTENCY_IN_PROGRESS: code(
    'conflict',
    'The first request with this Idempotency-Key is still running.',
  ),
  RATE_LIMITED: code('limited', 'Too many requests.'),
  INTERNAL_ERROR: code('internal', 'Something went wrong on our side.'),
  SERVICE_UNAVAILABLE: code('unavailable', 'The service is not able to answer now.'),
  CONFLICT: code('conflict', 'The request conflicts with the current state.'),
  FEATURE_GATE: code('refused', 'The plan does not include this feature.'),
  PLAN_LIMIT_REACHED: code('refused', 'The plan does not allow more of these.'),
} as const satisfies Record<string, ErrorDefinition>;

type CodeOf<Words> = Words extends { errorCodes: infer Codes } ? keyof Codes & string : never;
export type ErrorCode = keyof typeof sharedCodes | CodeOf<(typeof domainWords)[number]>;

/** Every error code; each belongs to a domain, or to none. */
export const errorCodes = Object.assign(
  {},
  sharedCodes,
  ...domainWords.map((words) => words.errorCodes),
) as Readonly<Record<ErrorCode, ErrorDefinition>>;
