import type { Audience, Scope } from '../../workflows/identity/scope.contract.js';

/** The names of roles, on an account or on a resource. Each route states the allowed roles. */
export const roles = ['OWNER', 'ADMIN', 'MANAGER', 'OPERATOR', 'MEMBER', 'VIEWER'] as const;
export type Role = (typeof roles)[number];

/** A role on an account. */
interface Membership {
  accountId: string;
  role: Role;
  /** The account requires a second factor of this role, and the session has none. */
  isMfaMissing?: boolean;
}

/** A role on a single resource and its contents, and for no route of the account. */
export interface ResourceGrant {
  accountId: string;
  resourceType: string;
  resourceId: string;
  role: Role;
  /** As of a membership. */
  isMfaMissing?: boolean;
}

/** SESSION: a person's; ACCOUNT_TOKEN: for a single account; EXTERNAL: of a trusted issuer. */
export type CallerKind = 'SESSION' | 'ACCOUNT_TOKEN' | 'API_KEY' | 'EXTERNAL';

/** The limits of every credential but a session. */
export interface Bounds {
  /** The only account within reach. */
  accountId: string;
  /** Null for a key: keys serve every audience. */
  audience: Audience | null;
  scopes: readonly Scope[];
  role: string | null;
  /** `*` for all of the account. */
  buildingIds: readonly string[];
  issuer: string | null;
  expiresAt: string | null;
}

/** The caller, from the credential and the directory. */
export interface Caller {
  kind: CallerKind;
  /** Null for a machine. */
  userId: string | null;
  /** Of a session, and of an account token exchanged for a session. */
  sessionId: string | null;
  principalId: string;
  /** Platform roles: for sessions alone. */
  isPlatformAdmin: boolean;
  isSupport: boolean;
  /** Within bounds, of the bounds' account. */
  memberships: readonly Membership[];
  grants: readonly ResourceGrant[];
  bounds?: Bounds;
}

/** A person, signed in. */
export interface SessionCaller extends Caller {
  kind: 'SESSION';
  userId: string;
  sessionId: string;
}

export const isSession = (caller: Caller): caller is SessionCaller => caller.kind === 'SESSION';

export interface Authenticator {
  /**
   * The caller of a bearer token, at once where looked up a moment ago; rejects with
   * failure('UNAUTHENTICATED') for any token not valid now.
   */
  authenticate(bearerToken: string): Promise<Caller> | Caller;
  /** Likewise of an API key; left out where keys open nothing. */
  authenticateKey?(key: string): Promise<Caller> | Caller;
  /**
   * A principal just got further access: the next request is judged by a new look-up. Left out
   * where nothing is remembered.
   */
  forget?(principalId: string): void;
}
