import type { EntitlementsView, SubscriptionViews } from '../../db/identity/subscription.views.js';
import { failure } from '../../workflows/shared/failure.js';
import { createBoundedCache } from './bounded-cache.js';
import type { Layer } from './route.js';

/** Another plan is felt within this time. */
const maxAgeMs = 1_000;
const maxEntries = 10_000;

interface Asked {
  at: number;
  entitlements: Promise<EntitlementsView | undefined>;
}

/**
 * Refuses what the account's plan does not have. Roles are judged before it: who may not do something is not told of plans.
 * It is asked once a second and account; routes without a feature pay nothing.
 */
export function createFeatureGate(subscriptions: Pick<SubscriptionViews, 'entitlements'>): Layer {
  const asked = createBoundedCache<Asked>(maxEntries);

  function entitlementsOf(accountId: string): Asked['entitlements'] {
    const known = asked.get(accountId);
    if (known && performance.now() - known.at < maxAgeMs) return known.entitlements;
    const entry = { at: performance.now(), entitlements: subscriptions.entitlements(accountId) };
    entry.entitlements.catch(() => asked.delete(accountId));
    asked.set(accountId, entry);
    return entry.entitlements;
  }

  return ({ feature, path, access }, next) => {
    if (feature === undefined) return next;
    if (access.kind !== 'member' && access.kind !== 'resource')
      throw new Error(`${path}: only an account has a plan, and this route names none`);
    return async (call) => {
      const entitlements = call.accountId === undefined ? undefined : await entitlementsOf(call.accountId);
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
