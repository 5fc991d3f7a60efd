import type { Config } from '../../config.js';
import type { HoldLimits } from '../../workflows/water/hold-limit.rules.js';

/**
 * The limits of buyers' holds. Known to the activity behind the placing of orders, and not part of
 * any workflow's input: the activity would trust the input.
 */
export const holdLimits = (config: Config): HoldLimits => ({
  ordersOfBuyer: config.ORDER_OPEN_PER_BUYER,
  litersOfBuyer: config.ORDER_OPEN_LITERS_PER_BUYER,
  ordersWithSeller: config.ORDER_OPEN_PER_BUYER_AND_SELLER,
  litersWithSeller: config.ORDER_OPEN_LITERS_PER_BUYER_AND_SELLER,
  pendingSharePct: config.ORDER_PENDING_SHARE_PCT,
});
