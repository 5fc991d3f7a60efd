/** The names of roles, on an account or on one resource. What each may do is said on the routes. */
export const roles = ['OWNER', 'ADMIN', 'MANAGER', 'OPERATOR', 'MEMBER', 'VIEWER'] as const;
export type Role = (typeof roles)[number];

export interface Membership {
  accountId: string;
  role: Role;
}

/** Who asks, as the access token and the directory say. */
export interface Caller {
  userId: string;
  principalId: string;
  sessionId: string;
  isPlatformAdmin: boolean;
  memberships: readonly Membership[];
}

export interface Authenticator {
  /**
   * The caller of a bearer token, at once where it was asked for a moment ago; rejects with failure('UNAUTHENTICATED') for any
   * token that is not valid now.
   */
  authenticate(bearerToken: string): Promise<Caller> | Caller;
}
