import type { Config } from '../../config.js';
import { planIds, type PlanId } from '../../workflows/identity/plan.contract.js';

/** Plans that accounts may move up to by themselves. Where people pay, asking for more is no reason to be given it. */
export const selfServicePlans = ({
  SELF_SERVICE_PLANS: listed,
  isProduction,
}: Pick<Config, 'SELF_SERVICE_PLANS' | 'isProduction'>): readonly PlanId[] =>
  listed === undefined ? planIds.filter(() => !isProduction) : planIds.filter((id) => listed.split(',').includes(id));
