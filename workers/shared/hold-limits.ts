import type { Config } from '../../config.js';
import type { HoldLimits } from '../../workflows/water/hold-limit.rules.js';

/** What buyers may hold. Known to the activity that places orders and to no workflow's input, which would be believed. */
export const holdLimits = (config: Config): HoldLimits => ({
  ordersOfBuyer: config.ORDER_OPEN_PER_BUYER,
  litersOfBuyer: config.ORDER_OPEN_LITERS_PER_BUYER,
  ordersWithSeller: config.ORDER_OPEN_PER_BUYER_AND_SELLER,
  litersWithSeller: config.ORDER_OPEN_LITERS_PER_BUYER_AND_SELLER,
  pendingSharePct: config.ORDER_PENDING_SHARE_PCT,
});
