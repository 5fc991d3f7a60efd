import { domainWords } from '../domains.js';

type ResourceOf<Words> = Words extends { limitedResources: readonly (infer Resource)[] }
  ? Resource
  : never;
export type LimitedResource = ResourceOf<(typeof domainWords)[number]>;

/**
 * The resources counted by plans, of all domains. A plan without a limit for a resource leaves the
 * resource unlimited.
 */
export const limitedResources: readonly LimitedResource[] = domainWords.flatMap(
  (words): readonly LimitedResource[] => words.limitedResources,
);

/** A value for each resource counted by plans. */
export const eachLimitedResource = <Value>(
  valueOf: (resource: LimitedResource) => Value,
): Record<LimitedResource, Value> =>
  Object.fromEntries(limitedResources.map((resource) => [resource, valueOf(resource)])) as Record<
    LimitedResource,
    Value
  >;
