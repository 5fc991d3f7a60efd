import type { Database } from '../../db/connection/database.js';
import {
  subscriptionViews,
  type EntitlementsView,
} from '../../db/identity/account/subscription.views.js';
import { failure } from '../../workflows/shared/failure.js';
import { createBoundedCache } from '../shared/bounded-cache.js';
import { isOfAccount } from '../route/access.js';
import type { Layer } from '../route/route.js';

/** A change of plan applies within maxAgeMs. */
const maxAgeMs = 1_000;
const maxEntries = 10_000;

interface AskedEntitlements {
  askedAtMs: number;
  entitlements: Promise<EntitlementsView | undefined>;
}

/**
 * Refuses a feature missing from the account's plan. Roles are judged before: a caller without the
 * role learns nothing of plans. The plan is read once a second and account; routes without a
 * feature pay nothing.
 */
export function createFeatureGate(database: Pick<Database, 'reads'>): Layer {
  const cache = createBoundedCache<AskedEntitlements>(maxEntries);

  function entitlementsOf(accountId: string): AskedEntitlements['entitlements'] {
    const known = cache.get(accountId);
    if (known && performance.now() - known.askedAtMs < maxAgeMs) return known.entitlements;
    const entitlements = subscriptionViews(database.reads({ accountId })).entitlements();
    const entry = { askedAtMs: performance.now(), entitlements };
    entry.entitlements.catch(() => cache.delete(accountId));
    cache.set(accountId, entry);
    return entry.entitlements;
  }

  return ({ feature, path, access }, next) => {
    if (feature === undefined) return next;
    if (!isOfAccount(access))
      throw new Error(`${path}: only an account has a plan, and this route names none`);
    return async (call) => {
      const entitlements =
        call.accountId === undefined ? undefined : await entitlementsOf(call.accountId);
      if (entitlements?.status !== 'ACTIVE' || !entitlements.features.has(feature))
        throw failure('FEATURE_GATE', {
          feature_key: feature,
          plan_id: entitlements?.planId ?? null,
          subscription_status: entitlements?.status ?? null,
        });
      return next(call);
    };
  };
}
