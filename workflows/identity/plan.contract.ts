import { eachLimitedResource, type LimitedResource } from '../shared/limited-resources.js';

export const planIds = ['monitor', 'protect', 'pro'] as const;
export type PlanId = (typeof planIds)[number];

export const subscriptionStatuses = ['ACTIVE', 'INACTIVE', 'CANCELLED'] as const;
export type SubscriptionStatus = (typeof subscriptionStatuses)[number];

export const billingPeriods = ['MONTHLY', 'YEARLY'] as const;
export type BillingPeriod = (typeof billingPeriods)[number];

export type PlanLimits = Record<LimitedResource, number | null>;

const alertKinds = ['reservoir_level_state', 'device_health', 'orders'] as const;
const alertChannels = ['APP', 'SMS', 'EMAIL', 'PUSH'] as const;
/** Features of plans; a refusal names the key in `feature_key`. */
export const featureKeys = [
  ...alertKinds.flatMap((kind) =>
    alertChannels.map((channel) => `alerts.${kind}.${channel}` as const),
  ),
  'analytics.view',
  'analytics.export',
] as const;
export type FeatureKey = (typeof featureKeys)[number];

/** A plan with every feature, also future features. */
const everyFeature = '*';

/** The features of a plan, by name. */
export const featuresOf = (names: readonly string[]): FeatureKey[] =>
  featureKeys.filter((key) => names.includes(everyFeature) || names.includes(key));

/** The limits of a plan, each resource named; null is no limit. */
export const limitsOf = (limits: Readonly<Record<string, number>>): PlanLimits =>
  eachLimitedResource((resource) => limits[resource] ?? null);
