import { Type } from 'typebox';
import {
  currency,
  decimal,
  latitude,
  location,
  longitude,
  nullable,
  closedObject,
  pageQuery,
  uuid,
} from '../route/schema.js';
import { quantity } from '../route/quantity.js';
import { volumeLiters } from './order.schemas.js';

export const listingQuery = closedObject({
  ...pageQuery.properties,
  lat: latitude,
  lng: longitude,
  within_radius_km: quantity(3, {
    minimum: 0.001,
    maximum: 500,
    default: 10,
    description: 'How far away at most',
  }),
  requested_volume_liters: Type.Optional({
    ...volumeLiters,
    description: 'Litres that are wanted, and priced',
  }),
  currency: Type.Optional({
    ...currency,
    description: 'Only offers in this currency, by ISO 4217',
  }),
});

export const listing = closedObject({
  seller_reservoir_id: uuid,
  seller_principal_id: uuid,
  location,
  distance_m: Type.Number({ minimum: 0, examples: [1250.5] }),
  currency,
  estimated_total: nullable(decimal),
  seller: closedObject({
    display_name: Type.String({ examples: ['Maji Safi'] }),
    is_verified: Type.Boolean(),
    average_rating: nullable(Type.Number({ minimum: 1, maximum: 5 })),
    review_count: Type.Integer({ minimum: 0 }),
  }),
});
