import { Type } from 'typebox';
import { sellerAvailabilities, sellerStatuses } from '../../workflows/water/seller.contract.js';
import { defineEvent } from '../shared/event.js';

const id = Type.String({ format: 'uuid' });
const object = { additionalProperties: false } as const;
const anId = '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f';

const profile = {
  version: 1,
  subjectType: 'seller_profile',
  payload: Type.Object({ status: Type.Enum([...sellerStatuses]) }, object),
  example: { status: 'ACTIVE' },
} as const;

export const sellerProfileCreated = defineEvent({
  ...profile,
  type: 'SELLER_PROFILE_CREATED',
  topic: 'water.seller.profile_created',
});
export const sellerProfileUpdated = defineEvent({
  ...profile,
  type: 'SELLER_PROFILE_UPDATED',
  topic: 'water.seller.profile_updated',
});

export const sellerReservoirUpdated = defineEvent({
  type: 'SELLER_RESERVOIR_UPDATED',
  version: 1,
  topic: 'water.seller.reservoir_updated',
  subjectType: 'seller_reservoir',
  payload: Type.Object(
    { reservoir_id: id, seller_availability_status: Type.Enum([...sellerAvailabilities]) },
    object,
  ),
  example: { reservoir_id: anId, seller_availability_status: 'AVAILABLE' },
});

export const priceRuleCreated = defineEvent({
  type: 'PRICE_RULE_CREATED',
  version: 1,
  topic: 'water.price_rule.created',
  subjectType: 'price_rule',
  payload: Type.Object(
    { price_rule_id: id, reservoir_id: id, currency: Type.String({ pattern: '^[A-Z]{3}$' }) },
    object,
  ),
  example: {
    price_rule_id: anId,
    reservoir_id: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e30',
    currency: 'KES',
  },
});
