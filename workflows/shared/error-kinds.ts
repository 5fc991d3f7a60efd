/** The kind of a failure decides the HTTP status (api/pipeline/errors.ts). */
export type ErrorKind =
  | 'malformed'
  | 'unauthenticated'
  | 'refused'
  | 'notFound'
  | 'methodNotAllowed'
  | 'misdirected'
  | 'conflict'
  | 'stale'
  | 'tooLarge'
  | 'unsupported'
  | 'invalid'
  | 'preconditionRequired'
  | 'limited'
  | 'internal'
  | 'unavailable';

/** The message is a person's text where nothing better is known. */
export interface ErrorDefinition {
  kind: ErrorKind;
  message: string;
}

export const code = (kind: ErrorKind, message: string): ErrorDefinition => ({ kind, message });
