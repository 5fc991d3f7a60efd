import {
  featuresOf,
  limitsOf,
  type FeatureKey,
  type PlanId,
  type PlanLimits,
} from '../../../workflows/identity/plan.contract.js';
import {
  arrayOf,
  integer,
  json,
  orNull,
  text,
  textOf,
  type Values,
} from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

/** A version of a plan, with all stored features and limits. */
const plan = {
  plan_id: textOf<PlanId>(),
  plan_version: integer,
  name: text,
  features: arrayOf(text),
  limits: json<Record<string, number>>(),
};

/** Limited to the features and limits known to this version of Millrace. */
type PlanView = Omit<Values<typeof plan>, 'features' | 'limits'> & {
  features: FeatureKey[];
  limits: PlanLimits;
};

/** The newest version of each, from the smallest to the largest. */
const newestPlans = query({
  name: 'plan.list',
  parameters: { planId: orNull(text) },
  row: plan,
  text: `select p.plan_id, p.plan_version, p.name, p.features, p.limits from identity.plans p
   where p.plan_version = (select max(q.plan_version) from identity.plans q where q.plan_id = p.plan_id)
     and (:planId is null or p.plan_id = :planId)
   order by p.rank, p.plan_id`,
});

export function planViews(scope: ReadScope) {
  const newest = async (planId: string | null): Promise<PlanView[]> =>
    (await scope.read(newestPlans, { planId })).map((row) => ({
      ...row,
      features: featuresOf(row.features),
      limits: limitsOf(row.limits),
    }));
  return {
    list: () => newest(null),
    byId: async (planId: string): Promise<PlanView | undefined> => (await newest(planId))[0],
  };
}
