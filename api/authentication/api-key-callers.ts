import type {
  ApiKeyStanding,
  ApiKeyStandingViews,
} from '../../db/identity/credential/api-key-standing.views.js';
import { databaseNow } from '../../db/connection/database-clock.js';
import { missingScopes } from '../../workflows/identity/scope.rules.js';
import { failure } from '../../workflows/shared/failure.js';
import type { Caller } from '../route/caller.js';
import { createBoundedCache } from '../shared/bounded-cache.js';
import type { StandingWatch } from '../shared/standing-watch.js';
import { createStandings, type Standing } from './standings.js';

const maxEntries = 10_000;
/** How often a process notes a key's use. */
const noteEveryMs = 60_000;

export interface ApiKeyCallers {
  /** At once where the key was looked up a moment ago; rejects with UNAUTHENTICATED. */
  authenticate(key: string): Promise<Caller> | Caller;
  /** Of the holder of a token exchanged for a key; undefined for a key without force. */
  standingOf(principalId: string): Promise<Standing | undefined>;
}

interface ApiKeyCallerParts {
  views: ApiKeyStandingViews;
  /** Notes a use; a failure is nobody's concern. */
  noteUse(accountId: string, apiKeyId: string): void;
  watch?: StandingWatch | undefined;
}

/**
 * API key → caller. A key has the stated scopes, as far as the maker's role of the moment reaches,
 * and is of no use while the maker may not sign in.
 */
export function createApiKeyCallers({ views, noteUse, watch }: ApiKeyCallerParts): ApiKeyCallers {
  const standings = createStandings(watch, maxEntries);
  const uses = createBoundedCache<number>(maxEntries);
  const keyIds = new WeakMap<Standing, string>();

  function inUse(standing: Standing): Caller {
    const { caller } = standing;
    const lastMs = uses.get(caller.principalId);
    const nowMs = performance.now();
    if (lastMs === undefined || nowMs - lastMs >= noteEveryMs) {
      uses.set(caller.principalId, nowMs);
      noteUse(caller.bounds?.accountId ?? '', keyIds.get(standing) ?? '');
    }
    return caller;
  }

  async function look(find: () => Promise<ApiKeyStanding | undefined>) {
    const lookedUpAtMs = databaseNow();
    const key = await find();
    if (!key) return undefined;
    const standing = { lookedUpAtMs, ...standingBy(key) };
    keyIds.set(standing, key.apiKeyId);
    return standing;
  }

  async function ask(hash: Buffer): Promise<Caller> {
    const cacheKey = hash.toString('base64');
    const standing = await standings.ask(cacheKey, [], () => look(() => views.byHash(hash)));
    if (!standing) throw failure('UNAUTHENTICATED');
    return inUse(standing);
  }

  return {
    authenticate(text) {
      const hash = views.hashOf(text);
      if (!hash) throw failure('UNAUTHENTICATED');
      const recent = standings.get(hash.toString('base64'));
      return recent ? inUse(recent) : ask(hash);
    },
    standingOf: (principalId) => look(() => views.byPrincipal(principalId)),
  };
}

function standingBy(key: ApiKeyStanding): Omit<Standing, 'lookedUpAtMs'> {
  const { accountId, principalId, role, expiresAt, makerPrincipalId, makerUserId } = key;
  const missing = missingScopes(role, key.scopes);
  return {
    epoch: 0,
    endsAtMs: Date.parse(expiresAt),
    dependsOn: [principalId, makerPrincipalId, makerUserId],
    caller: {
      kind: 'API_KEY',
      userId: null,
      sessionId: null,
      principalId,
      isPlatformAdmin: false,
      isSupport: false,
      memberships: [{ accountId, role }],
      grants: [],
      bounds: {
        accountId,
        audience: null,
        scopes: key.scopes.filter((scope) => !missing.includes(scope)),
        role: null,
        buildingIds: ['*'],
        issuer: null,
        expiresAt,
      },
    },
  };
}
