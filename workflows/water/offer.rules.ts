import { failure } from '../shared/failure.js';
import type { FillMode } from './order.contract.js';
import { totalMinor } from './price.rules.js';

/** What a reservoir is offered at for a volume; the rule's fields are null when none matches. */
export interface OfferTerms {
  isAvailable: boolean;
  availableLiters: number;
  priceRuleId: string | null;
  basePricePerLiter: string | null;
  deliveryFeeMinor: number | null;
}
export interface Quote {
  priceQuoteTotalMinor: number;
  priceRuleId: string;
}

/** The litres a request names, null where it asks to fill a target; throws when it does neither or both. */
export function requestedLiters(request: {
  fillMode: FillMode;
  volumeLiters: number | undefined;
  targetReservoirId: string | null;
}): number | null {
  const { fillMode, volumeLiters, targetReservoirId } = request;
  if (fillMode === 'FILL_TO_FULL' && targetReservoirId === null) throw failure('TARGET_RESERVOIR_REQUIRED');
  if ((fillMode === 'FILL_TO_FULL') === (volumeLiters === undefined)) return volumeLiters ?? null;
  const message = volumeLiters === undefined ? 'is required' : 'must be left out to fill the target';
  throw failure('VALIDATION_ERROR', { errors: [{ path: '/requested_volume_liters', message }] });
}

/** The litres an order is for; throws when the target says too little to fill it. `roomLiters` as the stock views tell it. */
export function orderedLiters(requestedLiters: number | null, roomLiters: number | null | undefined): number {
  if (requestedLiters !== null) return requestedLiters;
  // A target that is full needs no order; one without a level cannot be filled to anything.
  if (!roomLiters) throw failure('TARGET_RESERVOIR_REQUIRED');
  return roomLiters;
}

/** The price of a volume; throws when it is not for sale at one. */
export function priced(offer: OfferTerms, liters: number, currency: string): Quote {
  const { priceRuleId, basePricePerLiter, deliveryFeeMinor } = offer;
  if (!offer.isAvailable) throw failure('SELLER_NOT_AVAILABLE');
  if (priceRuleId === null || basePricePerLiter === null || deliveryFeeMinor === null)
    throw failure('NO_PRICE_RULE_MATCH', { requested_volume_liters: liters, currency });
  return { priceRuleId, priceQuoteTotalMinor: totalMinor(liters, { currency, basePricePerLiter, deliveryFeeMinor }) };
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
