import { Type } from 'typebox';
import { sellerAvailabilities, sellerStatuses } from '../../workflows/water/seller.contract.js';
import { quantity } from '../route/quantity.js';
import {
  component,
  currency,
  decimal,
  location,
  nullable,
  closedObject,
  timestamp,
  uuid,
} from '../route/schema.js';
import { recordName } from './site.schemas.js';

const status = Type.Enum([...sellerStatuses]);
const displayName = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '\\S',
  examples: ['Maji Safi'],
});
const availability = Type.Enum([...sellerAvailabilities]);

export const newSellerProfile = closedObject({ status, display_name: displayName });
export const sellerProfilePatch = closedObject(
  { status: Type.Optional(status), display_name: Type.Optional(displayName) },
  { minProperties: 1 },
);
export const sellerProfile = component(
  'SellerProfile',
  closedObject({
    seller_principal_id: uuid,
    status,
    display_name: displayName,
    verification_status: Type.Enum(['UNVERIFIED', 'VERIFIED']),
    average_rating: nullable(Type.Number({ minimum: 1, maximum: 5 })),
    review_count: Type.Integer({ minimum: 0 }),
    created_at: timestamp,
    updated_at: timestamp,
  }),
);

export const sellerReservoirPatch = closedObject({ seller_availability_status: availability });
export const sellerReservoir = component(
  'SellerReservoir',
  closedObject({
    seller_reservoir_id: uuid,
    name: recordName,
    seller_availability_status: availability,
    location: nullable(location),
    available_liters: Type.Number({ minimum: 0 }),
  }),
);

const bandEnd = quantity(3, {
  minimum: 0,
  maximum: 10_000_000,
  description: 'Litres',
  examples: [1000],
});
const bandStart = { ...bandEnd, examples: [0] };
/**
 * Amounts as a number or as text; small enough for every total to be an exact number of minor
 * units.
 */
const amountInput = (wholeDigits: number, places: number) =>
  Type.Union([
    quantity('exact', { minimum: 0, maximum: 10 ** wholeDigits - 10 ** -places }),
    Type.String({
      pattern: `^[0-9]{1,${wholeDigits}}(\\.[0-9]{1,${places}})?$`,
      examples: ['0.85'],
    }),
  ]);

const later = { ...timestamp, examples: ['2027-03-01T00:00:00.000Z'] };

/**
 * The band is half-open: `min_volume_liters` ≤ litres < `max_volume_liters`; null leaves it open.
 */
export const newPriceRule = closedObject({
  currency,
  min_volume_liters: Type.Optional({ ...bandStart, default: 0 }),
  max_volume_liters: Type.Optional(nullable(bandEnd)),
  base_price_per_liter: amountInput(5, 6),
  delivery_fee_flat: Type.Optional(amountInput(9, 4)),
  valid_from: Type.Optional(nullable(timestamp)),
  valid_until: Type.Optional(nullable(later)),
});
export const priceRule = component(
  'PriceRule',
  closedObject({
    price_rule_id: uuid,
    seller_reservoir_id: uuid,
    currency,
    min_volume_liters: bandStart,
    max_volume_liters: nullable(bandEnd),
    base_price_per_liter: decimal,
    delivery_fee_flat: decimal,
    valid_from: timestamp,
    valid_until: nullable(later),
    created_at: timestamp,
  }),
);
