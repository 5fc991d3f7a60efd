/**
 * The one catalogue of error codes. A code is stable: clients branch on it. Its kind decides the HTTP status
 * (api/shared/errors.ts), its message is what a person reads when nothing better is known.
 */
export const errorKinds = [
  'malformed',
  'unauthenticated',
  'refused',
  'notFound',
  'methodNotAllowed',
  'misdirected',
  'conflict',
  'stale',
  'tooLarge',
  'unsupported',
  'invalid',
  'preconditionRequired',
  'limited',
  'internal',
  'unavailable',
] as const;
export type ErrorKind = (typeof errorKinds)[number];

const code = (kind: ErrorKind, message: string) => ({ kind, message });

export const errorCodes = {
  // HTTP
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
  UNSUPPORTED_MEDIA_TYPE: code('unsupported', 'The request body must be application/json.'),
  PRECONDITION_FAILED: code('stale', 'The resource has changed since it was read.'),
  PRECONDITION_REQUIRED: code('preconditionRequired', 'If-Match with the current ETag is required.'),
  IDEMPOTENCY_KEY_REQUIRED: code('malformed', 'This route needs an Idempotency-Key.'),
  INVALID_IDEMPOTENCY_KEY: code('malformed', 'An Idempotency-Key is 1 to 255 visible ASCII characters, quoted or not.'),
  IDEMPOTENCY_KEY_CONFLICT: code('conflict', 'This Idempotency-Key was used with another request.'),
  IDEMPOTENCY_IN_PROGRESS: code('conflict', 'The first request with this Idempotency-Key is still running.'),
  RATE_LIMITED: code('limited', 'Too many requests.'),
  INTERNAL_ERROR: code('internal', 'Something went wrong on our side.'),
  SERVICE_UNAVAILABLE: code('unavailable', 'The service is not able to answer now.'),
  CONFLICT: code('conflict', 'The request conflicts with the current state.'),
  FEATURE_GATE: code('refused', 'The plan does not include this feature.'),
  PLAN_LIMIT_REACHED: code('refused', 'The plan does not allow more of these.'),

  // Dead letters
  DEAD_LETTER_DECISION_RUNNING: code(
    'conflict',
    'Something else is being decided of the dead letters; wait for its end.',
  ),

  // Webhooks
  WEBHOOK_URL_REFUSED: code('invalid', 'Webhooks go to public https addresses only.'),
  WEBHOOK_LIMIT_REACHED: code('conflict', 'The account has as many webhooks as it may have.'),

  // Identity
  ACCOUNT_ALREADY_EXISTS: code('conflict', 'An account with this identifier exists.'),
  ACCOUNT_LOCKED: code('refused', 'The account is locked.'),
  ACCOUNT_DISABLED: code('refused', 'The account is disabled.'),
  INVALID_CREDENTIALS: code('unauthenticated', 'The user name or password is wrong.'),
  INVALID_USERNAME_FORMAT: code('invalid', 'A user name is an e-mail address or a phone number in E.164.'),
  INVALID_REFRESH_TOKEN: code('unauthenticated', 'The refresh token is not valid.'),
  INVALID_OTP: code('invalid', 'The code is wrong.'),
  OTP_EXPIRED: code('conflict', 'The code has expired or was used.'),
  OTP_ATTEMPTS_EXCEEDED: code('limited', 'Too many wrong tries; ask for a new code.'),
  WEAK_PASSWORD: code('invalid', 'The password is too short, too common or too much like the address or number.'),
  PLAN_TOO_SMALL: code('conflict', 'The account uses more than the plan allows.'),
  SUBSCRIPTION_INACTIVE: code('conflict', 'The subscription has lapsed; it is taken up again once it is paid.'),
  ALREADY_BOOTSTRAPPED: code('conflict', 'The first administrator exists already.'),

  // Water: sites, reservoirs, devices
  INVALID_GEOMETRY: code('invalid', 'The geometry does not describe a reservoir.'),
  INVALID_THRESHOLDS: code('invalid', 'Thresholds must rise from critical over low to full.'),
  INVALID_CALIBRATION: code('invalid', 'The sensor distances do not describe a calibration.'),
  RESERVOIR_IN_USE: code('conflict', 'The reservoir has a device or open orders.'),
  SITE_IN_USE: code('conflict', 'The site has reservoirs.'),
  DEVICE_ALREADY_PAIRED: code('conflict', 'The device is attached to a reservoir already.'),
  RESERVOIR_ALREADY_PAIRED: code('conflict', 'The reservoir has a device already.'),
  DEVICE_NOT_PAIRED: code('conflict', 'The device is not attached.'),
  DEVICE_NOT_PROVISIONED: code('conflict', 'The device is not provisioned.'),
  DEVICE_ALREADY_EXISTS: code('conflict', 'Another unit has this serial number.'),

  // Water: marketplace and orders
  SELLER_PROFILE_EXISTS: code('conflict', 'The account has a seller profile already.'),
  PRICE_RULE_OVERLAP: code('conflict', 'Another price rule covers part of this band and time.'),
  NO_PRICE_RULE_MATCH: code('invalid', 'No price rule covers this volume.'),
  SELLER_NOT_AVAILABLE: code('conflict', 'The seller does not sell from this reservoir now.'),
  INSUFFICIENT_STOCK: code('conflict', 'The seller has less water than requested.'),
  HOLD_LIMIT_REACHED: code('conflict', 'The buyer holds as much by open orders as it may.'),
  OWN_LISTING: code('invalid', 'An account cannot order from itself.'),
  TARGET_RESERVOIR_REQUIRED: code('invalid', 'Filling to full needs a target reservoir with a known level.'),
  INVALID_ORDER_STATE: code('conflict', "The order's state does not allow this."),
  DELIVERY_CONFIRMATION_ALREADY_SET: code('conflict', 'This party has confirmed the delivery with another content.'),
  REVIEW_ALREADY_EXISTS: code('conflict', 'This party has reviewed the order already.'),
} as const satisfies Record<string, { kind: ErrorKind; message: string }>;

export type ErrorCode = keyof typeof errorCodes;
