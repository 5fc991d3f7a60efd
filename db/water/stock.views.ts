import {
  bigInteger,
  boolean,
  float,
  orNull,
  text,
  uuid,
  type Values,
} from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { holdsStock } from './order.row.js';

/**
 * The stock a seller may still promise of a reservoir, in litres: the latest volume, less the
 * safety margin, less open orders' holds, less deliveries since the reading. Without a reading the
 * stock is unknown and nothing is for sale. SQL over `r` (water.reservoirs) and `l` (the level, may
 * be missing), in the seller's context.
 */
export const availableLiters = `
  round(greatest(0, coalesce(
    coalesce(l.volume_liters, l.level_pct / 100 * r.capacity_liters)
      - r.safety_margin_pct / 100 * coalesce(r.capacity_liters, 0)
      - (select coalesce(sum(o.requested_volume_liters), 0) from water.orders o
          where o.seller_account_id = r.account_id and o.seller_reservoir_id = r.reservoir_id and ${holdsStock})
      - (select coalesce(sum(o.delivered_volume_liters), 0) from water.orders o
          where o.seller_account_id = r.account_id and o.seller_reservoir_id = r.reservoir_id
            and o.delivered_at is not null and o.delivered_at > l.recorded_at),
    0))::numeric, 3)::float8`;

/** A reservoir's offer for a volume; the rule's columns are null without a match. */
export const offerRow = {
  displayName: text,
  isAvailable: boolean,
  availableLiters: float,
  priceRuleId: orNull(uuid),
  basePricePerLiter: orNull(text),
  deliveryFeeMinor: orNull(bigInteger),
};
export type Offer = Values<typeof offerRow>;

export const offerParameters = {
  sellerAccountId: uuid,
  sellerReservoirId: uuid,
  currency: text,
  liters: float,
};
type OfferParameters = Values<typeof offerParameters>;

/**
 * At most one rule matches: rules of a reservoir and currency do not overlap in volume and time.
 */
export const offerText = `
  select p.display_name, (p.status = 'ACTIVE' and s.seller_availability_status = 'AVAILABLE') as is_available,
    ${availableLiters} as available_liters,
    rule.price_rule_id, rule.base_price_per_liter::text as base_price_per_liter, rule.delivery_fee_minor
  from water.seller_reservoirs s
  join water.seller_profiles p on p.account_id = s.account_id
  join water.reservoirs r on r.account_id = s.account_id and r.reservoir_id = s.reservoir_id
  left join water.reservoir_levels l on l.account_id = s.account_id and l.reservoir_id = s.reservoir_id
  left join water.price_rules rule on rule.account_id = s.account_id and rule.reservoir_id = s.reservoir_id
    and rule.currency = :currency and rule.volume_band @> cast(:liters as numeric) and rule.validity @> now()
  where s.account_id = :sellerAccountId and s.reservoir_id = :sellerReservoirId`;

const offerOfReservoir = query({
  name: 'stock.offer',
  parameters: offerParameters,
  row: offerRow,
  text: offerText,
});

const roomOfReservoir = query({
  name: 'stock.room',
  parameters: { accountId: uuid, reservoirId: uuid },
  row: { roomLiters: orNull(float) },
  text: `select round(greatest(0, r.capacity_liters - coalesce(l.volume_liters, l.level_pct / 100 * r.capacity_liters))::numeric, 3)::float8
     as room_liters
   from water.reservoirs r
   left join water.reservoir_levels l on l.account_id = r.account_id and l.reservoir_id = r.reservoir_id
   where r.account_id = :accountId and r.reservoir_id = :reservoirId`,
});

export const stockViews = (scope: ReadScope) => ({
  /** In the scope of the seller's account; for prices without an order, so nothing is held. */
  async offer(asked: Omit<OfferParameters, 'sellerAccountId'>): Promise<Offer | undefined> {
    const [offer] = await scope.read(offerOfReservoir, {
      ...asked,
      sellerAccountId: scope.accountId,
    });
    return offer;
  },

  /**
   * Litres until the account's reservoir is full, null while level or capacity is unknown;
   * undefined for a missing reservoir.
   */
  async room(reservoirId: string): Promise<number | null | undefined> {
    const [reservoir] = await scope.read(roomOfReservoir, {
      accountId: scope.accountId,
      reservoirId,
    });
    return reservoir && reservoir.roomLiters;
  },
});
