import { failure } from '../shared/failure.js';

/** Limits on a buyer's holds by open orders: neither delivered nor ended. */
export interface HoldLimits {
  ordersOfBuyer: number;
  litersOfBuyer: number;
  ordersWithSeller: number;
  litersWithSeller: number;
  /** Share of a tank's stock, for orders of a buyer not accepted by the seller yet. */
  pendingSharePct: number;
}

/** The holds of a buyer's open orders. */
export interface Holds {
  ordersOfBuyer: number;
  litersOfBuyer: number;
  ordersWithSeller: number;
  litersWithSeller: number;
  /** Litres of the requested tank, for orders not accepted by the seller yet. */
  pendingLiters: number;
  /** Litres in the tank, held or not. */
  stockLiters: number;
}

/** Throws if an order of so many litres would exceed a limit; the failure names the limit. */
export function assertMayHold(holds: Holds, limits: HoldLimits, liters: number): void {
  const pendingMax = (limits.pendingSharePct / 100) * holds.stockLiters;
  const bounds = [
    ['ORDERS_OF_BUYER', holds.ordersOfBuyer + 1, limits.ordersOfBuyer],
    ['LITERS_OF_BUYER', holds.litersOfBuyer + liters, limits.litersOfBuyer],
    ['ORDERS_WITH_SELLER', holds.ordersWithSeller + 1, limits.ordersWithSeller],
    ['LITERS_WITH_SELLER', holds.litersWithSeller + liters, limits.litersWithSeller],
    ['PENDING_SHARE_OF_STOCK', holds.pendingLiters + liters, pendingMax],
  ] as const;
  for (const [limit, wanted, max] of bounds)
    if (wanted > max) throw failure('HOLD_LIMIT_REACHED', { limit, max, wanted });
}
