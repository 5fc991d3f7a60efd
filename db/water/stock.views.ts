import { statement, type Reader } from '../shared/database.js';

/**
 * What a seller may still promise of a reservoir, in litres: the latest volume, less the safety margin, less what open
 * orders hold, less what was delivered since that reading. Nothing is known without a reading, so nothing is for sale.
 * SQL over `r` (water.reservoirs) and `l` (its level, which may be missing), in the seller's context.
 */
export const availableLiters = `
  round(greatest(0, coalesce(
    coalesce(l.volume_liters, l.level_pct / 100 * r.capacity_liters)
      - r.safety_margin_pct / 100 * coalesce(r.capacity_liters, 0)
      - (select coalesce(sum(h.requested_volume_liters), 0) from water.orders h
          where h.seller_account_id = r.account_id and h.seller_reservoir_id = r.reservoir_id
            and h.status in ('CREATED', 'ACCEPTED', 'DISPUTED') and h.delivered_at is null)
      - (select coalesce(sum(d.delivered_volume_liters), 0) from water.orders d
          where d.seller_account_id = r.account_id and d.seller_reservoir_id = r.reservoir_id
            and d.delivered_at is not null and d.delivered_at > l.recorded_at),
    0))::numeric, 3)::float8`;

/** What one reservoir is offered at for a volume; the rule's columns are null when none matches. */
export interface Offer {
  displayName: string;
  isAvailable: boolean;
  availableLiters: number;
  priceRuleId: string | null;
  basePricePerLiter: string | null;
  deliveryFeeMinor: number | null;
}

/** At most one rule matches: rules of a reservoir and currency do not overlap in volume and time. */
export const offer = (param: { account: string; reservoir: string; currency: string; liters: string }): string => `
  select p.display_name, (p.status = 'ACTIVE' and s.seller_availability_status = 'AVAILABLE') as is_available,
    ${availableLiters} as available_liters,
    rule.price_rule_id, rule.base_price_per_liter::text as base_price_per_liter, rule.delivery_fee_minor
  from water.seller_reservoirs s
  join water.seller_profiles p on p.account_id = s.account_id
  join water.reservoirs r on r.account_id = s.account_id and r.reservoir_id = s.reservoir_id
  left join water.reservoir_levels l on l.account_id = s.account_id and l.reservoir_id = s.reservoir_id
  left join water.price_rules rule on rule.account_id = s.account_id and rule.reservoir_id = s.reservoir_id
    and rule.currency = ${param.currency} and rule.volume_band @> cast(${param.liters} as numeric) and rule.validity @> now()
  where s.account_id = ${param.account} and s.reservoir_id = ${param.reservoir}`;

const offerStatement = statement(
  'stock.offer',
  offer({ account: '$1', reservoir: '$2', currency: '$3', liters: '$4' }),
);
const roomStatement = statement(
  'stock.room',
  `select round(greatest(0, r.capacity_liters - coalesce(l.volume_liters, l.level_pct / 100 * r.capacity_liters))::numeric, 3)::float8
     as room_liters
   from water.reservoirs r
   left join water.reservoir_levels l on l.account_id = r.account_id and l.reservoir_id = r.reservoir_id
   where r.account_id = $1 and r.reservoir_id = $2`,
);

export function createStockViews(read: Reader) {
  return {
    /** Of the seller's account; for prices without an order, so nothing is held. */
    async offer(accountId: string, reservoirId: string, currency: string, liters: number): Promise<Offer | undefined> {
      const [row] = await read.inAccount<OfferRow>(accountId, offerStatement, [
        accountId,
        reservoirId,
        currency,
        liters,
      ]);
      return row && toOffer(row);
    },

    /** Litres until the account's reservoir is full, null when its level or capacity is not known; undefined if it has none such. */
    async room(accountId: string, reservoirId: string): Promise<number | null | undefined> {
      const [row] = await read.inAccount<{ room_liters: number | null }>(accountId, roomStatement, [
        accountId,
        reservoirId,
      ]);
      return row && row.room_liters;
    },
  };
}
export type StockViews = ReturnType<typeof createStockViews>;

export interface OfferRow {
  display_name: string;
  is_available: boolean;
  available_liters: number;
  price_rule_id: string | null;
  base_price_per_liter: string | null;
  delivery_fee_minor: number | null;
}

export const toOffer = (row: OfferRow): Offer => ({
  displayName: row.display_name,
  isAvailable: row.is_available,
  availableLiters: row.available_liters,
  priceRuleId: row.price_rule_id,
  basePricePerLiter: row.base_price_per_liter,
  deliveryFeeMinor: row.delivery_fee_minor,
});
