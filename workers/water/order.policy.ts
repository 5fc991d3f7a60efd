import type { Config } from '../../config.js';
import type { OrderPolicy } from '../../workflows/water/order.contract.js';

/** The deadlines of a new order, for life. */
export const orderPolicy = (config: Config): OrderPolicy => ({
  acceptMs: config.ORDER_ACCEPT_MS,
  confirmMs: config.ORDER_CONFIRM_MS,
  overdueMs: config.ORDER_OVERDUE_MS,
  disputeMs: config.ORDER_DISPUTE_MS,
  volumeTolerancePct: config.ORDER_VOLUME_TOLERANCE_PCT,
});
