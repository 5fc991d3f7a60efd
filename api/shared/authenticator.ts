import { createHash } from 'node:crypto';
import type { CallerViews } from '../../db/identity/caller.views.js';
import { failure } from '../../workflows/shared/failure.js';
import type { AccessTokens, VerifiedClaims } from './access-tokens.js';
import { createBoundedCache } from './bounded-cache.js';
import type { Authenticator, Caller } from './caller.js';

/** A revocation, a lost role or a raised epoch is felt within this time. */
const standingMaxAgeMs = 1_000;
const maxEntries = 10_000;

interface Standing {
  epoch: number;
  caller: Caller;
}
interface Asked {
  at: number;
  /** Undefined for a session that is over. */
  standing: Promise<Standing | undefined>;
}

/** Bearer token → caller. A token's signature is checked once, its session's standing once a second, however many ask. */
export function createAuthenticator({
  tokens,
  callers,
}: {
  tokens: AccessTokens;
  callers: CallerViews;
}): Authenticator {
  const verified = createBoundedCache<VerifiedClaims>(maxEntries);
  const asked = createBoundedCache<Asked>(maxEntries);

  async function claimsOf(token: string): Promise<VerifiedClaims> {
    const key = createHash('sha256').update(token).digest('base64');
    const known = verified.get(key);
    if (known && known.expiresAtMs > Date.now()) return known;
    verified.delete(key);
    const claims = await tokens.verify(token);
    verified.set(key, claims);
    return claims;
  }

  function standingOf({ sessionId, principalId }: VerifiedClaims): Promise<Standing | undefined> {
    const known = asked.get(sessionId);
    if (known && Date.now() - known.at < standingMaxAgeMs) return known.standing;
    const entry = { at: Date.now(), standing: askStanding(sessionId, principalId) };
    entry.standing.catch(() => asked.delete(sessionId));
    asked.set(sessionId, entry);
    return entry.standing;
  }

  async function askStanding(sessionId: string, principalId: string): Promise<Standing | undefined> {
    const standing = await callers.bySession(sessionId, principalId);
    if (!standing?.isOpen) return undefined;
    const { userId, epoch, isPlatformAdmin, memberships } = standing;
    return { epoch, caller: { userId, principalId, sessionId, isPlatformAdmin, memberships } };
  }

  return {
    async authenticate(bearerToken) {
      const claims = await claimsOf(bearerToken);
      const standing = await standingOf(claims);
      if (!standing || standing.epoch !== claims.epoch) throw failure('UNAUTHENTICATED');
      return standing.caller;
    },
  };
}
