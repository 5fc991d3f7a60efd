import type { Config } from '../../config.js';
import { planIds, type PlanId } from '../../workflows/identity/plan.contract.js';

/**
 * The plans to which accounts may move up by themselves. Where people pay, a request for more is no
 * reason to grant more.
 */
export const selfServicePlans = ({
  SELF_SERVICE_PLANS: listed,
  isProduction,
}: Pick<Config, 'SELF_SERVICE_PLANS' | 'isProduction'>): readonly PlanId[] =>
  listed === undefined
    ? planIds.filter(() => !isProduction)
    : planIds.filter((id) => listed.split(',').includes(id));
