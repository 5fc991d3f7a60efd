import {
  featuresOf,
  limitsOf,
  type FeatureKey,
  type PlanId,
  type PlanLimits,
} from '../../workflows/identity/plan.contract.js';
import { statement, type Reader } from '../shared/database.js';

export interface PlanView {
  plan_id: PlanId;
  plan_version: number;
  name: string;
  features: FeatureKey[];
  limits: PlanLimits;
}
type Row = Omit<PlanView, 'features' | 'limits'> & { features: string[]; limits: Record<string, number> };

/** The newest version of each, from the smallest to the largest. */
const list = statement(
  'plan.list',
  `select p.plan_id, p.plan_version, p.name, p.features, p.limits from identity.plans p
   where p.plan_version = (select max(q.plan_version) from identity.plans q where q.plan_id = p.plan_id)
     and ($1::text is null or p.plan_id = $1)
   order by p.rank, p.plan_id`,
);

export function createPlanViews(read: Reader) {
  const newest = async (planId: string | null): Promise<PlanView[]> =>
    (await read.inPlatform<Row>(list, [planId])).map((row) => ({
      ...row,
      features: featuresOf(row.features),
      limits: limitsOf(row.limits),
    }));
  return {
    list: () => newest(null),
    byId: async (planId: string): Promise<PlanView | undefined> => (await newest(planId))[0],
  };
}
export type PlanViews = ReturnType<typeof createPlanViews>;
