import { failure } from '../shared/failure.js';

/** How much of others' water a buyer may hold by orders that are open: neither delivered nor ended. */
export interface HoldLimits {
  ordersOfBuyer: number;
  litersOfBuyer: number;
  ordersWithSeller: number;
  litersWithSeller: number;
  /** Of a tank's stock, by orders of one buyer that the seller has not accepted yet. */
  pendingSharePct: number;
}

/** What a buyer's open orders hold already. */
export interface Holds {
  ordersOfBuyer: number;
  litersOfBuyer: number;
  ordersWithSeller: number;
  litersWithSeller: number;
  /** Of the tank that is asked for, by orders that the seller has not accepted yet. */
  pendingLiters: number;
  /** What the tank has, held or not. */
  stockLiters: number;
}

/** Throws where an order of so many litres more would hold too much, and says by which bound. */
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
