import { failure } from '../shared/failure.js';
import type { FillMode } from './order.contract.js';
import { totalMinor } from './price.rules.js';

/** A reservoir's offer for a volume; the fields of the price rule are null without a match. */
export interface OfferTerms {
  isAvailable: boolean;
  availableLiters: number;
  priceRuleId: string | null;
  basePricePerLiter: string | null;
  deliveryFeeMinor: number | null;
}
interface Quote {
  priceQuoteTotalMinor: number;
  priceRuleId: string;
}

/**
 * The litres named in a request, null for filling a target; throws if a request has neither or
 * both.
 */
export function requestedLiters(request: {
  fillMode: FillMode;
  volumeLiters: number | undefined;
  targetReservoirId: string | null;
}): number | null {
  const { fillMode, volumeLiters, targetReservoirId } = request;
  if (fillMode === 'FILL_TO_FULL' && targetReservoirId === null)
    throw failure('TARGET_RESERVOIR_REQUIRED');
  if ((fillMode === 'FILL_TO_FULL') === (volumeLiters === undefined)) return volumeLiters ?? null;
  const message =
    volumeLiters === undefined ? 'is required' : 'must be left out to fill the target';
  throw failure('VALIDATION_ERROR', { errors: [{ path: '/requested_volume_liters', message }] });
}

/**
 * The litres of an order; throws without enough data of the target. `roomLiters` comes from the
 * stock views.
 */
export function orderedLiters(
  requestedLiters: number | null,
  roomLiters: number | null | undefined,
): number {
  if (requestedLiters !== null) return requestedLiters;
  // A full target needs no order; a target without a level cannot be filled.
  if (!roomLiters) throw failure('TARGET_RESERVOIR_REQUIRED');
  return roomLiters;
}

/** The price of a volume; throws if the volume is not for sale or no price rule matches. */
export function priced(offer: OfferTerms, liters: number, currency: string): Quote {
  const { priceRuleId, basePricePerLiter, deliveryFeeMinor } = offer;
  if (!offer.isAvailable) throw failure('SELLER_NOT_AVAILABLE');
  if (priceRuleId === null || basePricePerLiter === null || deliveryFeeMinor === null)
    throw failure('NO_PRICE_RULE_MATCH', { requested_volume_liters: liters, currency });
  return {
    priceRuleId,
    priceQuoteTotalMinor: totalMinor(liters, { currency, basePricePerLiter, deliveryFeeMinor }),
  };
}

export function assertInStock(reservoirId: string, availableLiters: number, liters: number): void {
  if (liters <= availableLiters) return;
  throw failure('INSUFFICIENT_STOCK', {
    available_liters: availableLiters,
    conflict: {
      conflict_type: 'INSUFFICIENT_STOCK',
      resource: `reservoir/${reservoirId}`,
      current: { available_liters: availableLiters },
      requested: { requested_volume_liters: liters },
      retryable: false,
    },
  });
}
