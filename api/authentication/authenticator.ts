import { createHash } from 'node:crypto';
import type { CallerViews } from '../../db/identity/session/caller.views.js';
import { databaseNow } from '../../db/connection/database-clock.js';
import { failure } from '../../workflows/shared/failure.js';
import type { TokenVerifier, VerifiedClaims } from './access-tokens.js';
import type { ApiKeyCallers } from './api-key-callers.js';
import { boundedCaller } from './bounded-caller.js';
import { createKnownClaims } from './known-claims.js';
import type { Authenticator, Caller } from '../route/caller.js';
import type { StandingWatch } from '../shared/standing-watch.js';
import { createStandings, type Standing } from './standings.js';

const maxEntries = 10_000;

/**
 * Bearer token → caller. The session's standing is looked up once, and again when the watch reports
 * a change; without a watch, or while the watch cannot look, once a second.
 */
export function createAuthenticator({
  tokens,
  callers,
  apiKeys,
  watch,
}: {
  tokens: TokenVerifier;
  /** The standings of a principal's sessions. */
  callers: (principalId: string) => Pick<CallerViews, 'bySession'>;
  /** Left out where keys open nothing, as at the gateway. */
  apiKeys?: ApiKeyCallers | undefined;
  watch?: StandingWatch | undefined;
}): Authenticator {
  const knownClaims = createKnownClaims({ tokens, watch }, maxEntries);
  const standings = createStandings(watch, maxEntries);
  /** Callers of account tokens, each made once a standing. */
  const bounded = new WeakMap<VerifiedClaims, { standing: Standing; caller: Caller | undefined }>();

  const standingOf = (claims: VerifiedClaims): Promise<Standing | undefined> =>
    standings.ask(claims.standingKey, [claims.sessionId ?? '', claims.principalId], () =>
      askStanding(claims),
    );

  async function askStanding(claims: VerifiedClaims): Promise<Standing | undefined> {
    const { sessionId, principalId } = claims;
    if (sessionId === null) return apiKeys?.standingOf(principalId);
    const lookedUpAtMs = databaseNow();
    const standing = await callers(principalId).bySession(sessionId);
    if (!standing?.isOpen || standing.userId !== claims.userId) return undefined;
    const { userId, epoch, expiresAt, isPlatformAdmin, isSupport, memberships, grants } = standing;
    return {
      lookedUpAtMs,
      epoch,
      endsAtMs: Date.parse(expiresAt),
      dependsOn: [userId],
      caller: {
        kind: 'SESSION',
        userId,
        sessionId,
        principalId,
        isPlatformAdmin,
        isSupport,
        memberships,
        grants,
      },
    };
  }

  /** Undefined for claims without force under the standing. */
  function callerBy(claims: VerifiedClaims, standing: Standing): Caller | undefined {
    if (standing.epoch !== claims.epoch) return undefined;
    const { account, expiresAtMs } = claims;
    if (account === undefined) return standing.caller;
    const earlier = bounded.get(claims);
    if (earlier?.standing === standing) return earlier.caller;
    const caller = boundedCaller(standing.caller, account, expiresAtMs);
    bounded.set(claims, { standing, caller });
    return caller;
  }

  /** A token may state what its holder got after the remembered standing was looked up. */
  async function callerByLaterStanding(
    claims: VerifiedClaims,
    earlier: Standing | undefined,
  ): Promise<Caller | undefined> {
    if (!earlier || claims.issuedAtMs + 1_000 < earlier.lookedUpAtMs) return undefined;
    standings.forget(claims.standingKey, earlier);
    const standing = await standingOf(claims);
    return standing && callerBy(claims, standing);
  }

  /** The caller without a promise, enough for most requests. */
  function knownCaller(key: string): Caller | undefined {
    const claims = knownClaims.get(key);
    const standing = claims && standings.get(claims.standingKey);
    return standing && callerBy(claims, standing);
  }

  async function askCaller(token: string, key: string): Promise<Caller> {
    const claims = await knownClaims.verify(token, key);
    const standing = await standingOf(claims);
    const caller =
      (standing && callerBy(claims, standing)) ?? (await callerByLaterStanding(claims, standing));
    if (!caller) throw failure('UNAUTHENTICATED');
    return caller;
  }

  return {
    authenticate(bearerToken) {
      const key = createHash('sha256').update(bearerToken).digest('base64');
      return knownCaller(key) ?? askCaller(bearerToken, key);
    },
    authenticateKey(key) {
      if (!apiKeys) throw failure('UNAUTHENTICATED');
      return apiKeys.authenticate(key);
    },
    forget: (principalId) => standings.forgetSubject(principalId),
  };
}
