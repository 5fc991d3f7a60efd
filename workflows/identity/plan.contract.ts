export const planIds = ['monitor', 'protect', 'pro'] as const;
export type PlanId = (typeof planIds)[number];

export const subscriptionStatuses = ['ACTIVE', 'INACTIVE', 'CANCELLED'] as const;
export type SubscriptionStatus = (typeof subscriptionStatuses)[number];

export const billingPeriods = ['MONTHLY', 'YEARLY'] as const;
export type BillingPeriod = (typeof billingPeriods)[number];

/** What plans count. A plan that does not name one has no limit on it. */
export const limitedResources = ['sites', 'reservoirs', 'devices', 'webhooks'] as const;
export type LimitedResource = (typeof limitedResources)[number];
export type PlanLimits = Record<LimitedResource, number | null>;

const alertKinds = ['reservoir_level_state', 'device_health', 'orders'] as const;
const alertChannels = ['APP', 'SMS', 'EMAIL', 'PUSH'] as const;
/** Everything that a plan may have or lack; its key is the `feature_key` of a refusal. */
export const featureKeys = [
  ...alertKinds.flatMap((kind) => alertChannels.map((channel) => `alerts.${kind}.${channel}` as const)),
  'analytics.view',
  'analytics.export',
] as const;
export type FeatureKey = (typeof featureKeys)[number];

/** A plan's own words for every feature, those of tomorrow included. */
const everyFeature = '*';

/** The features of a plan, by name. */
export const featuresOf = (kept: readonly string[]): FeatureKey[] =>
  featureKeys.filter((key) => kept.includes(everyFeature) || kept.includes(key));

/** The limits of a plan, each resource named; null is no limit. */
export const limitsOf = (kept: Readonly<Record<string, number>>): PlanLimits => ({
  sites: kept['sites'] ?? null,
  reservoirs: kept['reservoirs'] ?? null,
  devices: kept['devices'] ?? null,
  webhooks: kept['webhooks'] ?? null,
});
