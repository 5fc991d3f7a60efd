import { Type } from 'typebox';
import { fillModes, resolutionOutcomes } from '../../workflows/water/order.contract.js';
import { quantity } from '../route/quantity.js';
import { currency, nullable, closedObject, pageQuery, timestamp, uuid } from '../route/schema.js';

/**
 * Litres of an order: more than a drop, less than a lake, so that every total is an exact number.
 */
export const volumeLiters = quantity(3, {
  minimum: 0.001,
  maximum: 10_000_000,
  description: 'Litres',
  examples: [500],
});
export const measuredLiters = quantity(3, {
  minimum: 0,
  maximum: 10_000_000,
  description: 'Litres',
  examples: [498.5],
});
export const note = Type.String({
  minLength: 1,
  maxLength: 2000,
  examples: ['Left at the back gate'],
});
export const fillMode = Type.Enum([...fillModes], { examples: ['VOLUME_LITERS'] });
export const outcome = Type.Enum([...resolutionOutcomes]);
export const evidence = Type.Array(uuid, { maxItems: 50 });

export const orderRequest = closedObject({
  seller_reservoir_id: uuid,
  target_reservoir_id: Type.Optional(nullable(uuid)),
  requested_fill_mode: fillMode,
  requested_volume_liters: Type.Optional(volumeLiters),
  currency,
});
export const confirmationRequest = closedObject({
  confirmed_volume_liters: measuredLiters,
  confirmed_delivery_at: Type.Optional(nullable(timestamp)),
  note: Type.Optional(nullable(note)),
});
export const disputeRequest = closedObject({
  reason: Type.Optional(nullable({ ...note, examples: ['Half of it was missing'] })),
});
export const resolutionRequest = closedObject({
  outcome,
  delivered_volume_liters: Type.Optional(nullable(measuredLiters)),
  evidence_event_ids: Type.Optional(evidence),
});
export const orderListQuery = closedObject({
  ...pageQuery.properties,
  view: Type.Enum(['all', 'buyer', 'seller'], { default: 'all' }),
});

export const comment = Type.String({
  minLength: 1,
  maxLength: 2000,
  examples: ['On time, clean water'],
});
export const rating = Type.Integer({ minimum: 1, maximum: 5, examples: [5] });
export const reviewRequest = closedObject({ rating, comment: Type.Optional(nullable(comment)) });
