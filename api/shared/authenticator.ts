import { createHash } from 'node:crypto';
import type { CallerViews } from '../../db/identity/caller.views.js';
import { databaseNow } from '../../db/shared/database-clock.js';
import { failure } from '../../workflows/shared/failure.js';
import type { TokenVerifier, VerifiedClaims } from './access-tokens.js';
import { createBoundedCache } from './bounded-cache.js';
import type { Authenticator, Caller } from './caller.js';
import type { StandingWatch } from './standing-watch.js';

/** A revocation, a lost role or a raised epoch is felt within this time. */
const standingMaxAgeMs = 1_000;
const maxEntries = 10_000;

interface Standing {
  epoch: number;
  endsAtMs: number;
  caller: Caller;
}
interface Asked {
  at: number;
  sessionId: string;
  principalId: string;
  /** Undefined for a session that is over. */
  standing: Promise<Standing | undefined>;
  /** The same, once it is there. */
  known?: Standing | undefined;
}

/**
 * Bearer token → caller. A token's signature is checked once; its session's standing is asked for once and then again when the
 * watch hears of a change, and once a second where there is no watch or it cannot look.
 */
export function createAuthenticator({
  tokens,
  callers,
  watch,
}: {
  tokens: TokenVerifier;
  callers: CallerViews;
  watch?: StandingWatch | undefined;
}): Authenticator {
  const verified = createBoundedCache<VerifiedClaims>(maxEntries);
  const asked = createBoundedCache<Asked>(maxEntries);

  const isFresh = ({ at, known }: Asked): boolean =>
    performance.now() - at < standingMaxAgeMs ||
    (watch?.isCurrent() === true && known !== undefined && known.endsAtMs > databaseNow());

  watch?.onLook((changes) => {
    if (changes === 'all') return asked.clear();
    if (changes.length === 0) return;
    const gone = new Set(changes.map(({ subjectId }) => subjectId));
    asked.deleteWhere(
      (_key, { sessionId, principalId, known }) =>
        // One that is still being asked for may be of a changed user.
        gone.has(sessionId) || gone.has(principalId) || known === undefined || gone.has(known.caller.userId),
    );
  });

  function knownClaims(key: string): VerifiedClaims | undefined {
    const known = verified.get(key);
    return known && known.expiresAtMs > databaseNow() ? known : undefined;
  }

  async function claimsOf(token: string, key: string): Promise<VerifiedClaims> {
    const known = knownClaims(key);
    if (known) return known;
    verified.delete(key);
    const claims = await tokens.verify(token);
    verified.set(key, claims);
    return claims;
  }

  function standingOf(claims: VerifiedClaims): Promise<Standing | undefined> {
    const { standingKey } = claims;
    const recent = asked.get(standingKey);
    if (recent && isFresh(recent)) return recent.standing;
    const { sessionId, principalId } = claims;
    const entry: Asked = { at: performance.now(), sessionId, principalId, standing: askStanding(claims) };
    entry.standing.then(
      (standing) => (entry.known = standing),
      () => asked.delete(standingKey),
    );
    asked.set(standingKey, entry);
    return entry.standing;
  }

  async function askStanding(claims: VerifiedClaims): Promise<Standing | undefined> {
    const { sessionId, principalId } = claims;
    const standing = await callers.bySession(sessionId, principalId);
    if (!standing?.isOpen || standing.userId !== claims.userId) return undefined;
    const { userId, epoch, expiresAt, isPlatformAdmin, memberships } = standing;
    return {
      epoch,
      endsAtMs: Date.parse(expiresAt),
      caller: { userId, principalId, sessionId, isPlatformAdmin, memberships },
    };
  }

  /** Without a promise, which most requests can do without. */
  function knownCaller(key: string): Caller | undefined {
    const claims = knownClaims(key);
    const recent = claims && asked.get(claims.standingKey);
    if (!recent?.known || !isFresh(recent)) return undefined;
    return recent.known.epoch === claims?.epoch ? recent.known.caller : undefined;
  }

  async function askCaller(token: string, key: string): Promise<Caller> {
    const claims = await claimsOf(token, key);
    const standing = await standingOf(claims);
    if (!standing || standing.epoch !== claims.epoch) throw failure('UNAUTHENTICATED');
    return standing.caller;
  }

  return {
    authenticate(bearerToken) {
      const key = createHash('sha256').update(bearerToken).digest('base64');
      return knownCaller(key) ?? askCaller(bearerToken, key);
    },
  };
}
