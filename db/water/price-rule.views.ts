import { statement, type Reader } from '../shared/database.js';

export interface PriceRuleRow {
  price_rule_id: string;
  seller_reservoir_id: string;
  currency: string;
  min_volume_liters: number;
  max_volume_liters: number | null;
  base_price_per_liter: string;
  delivery_fee_minor: number;
  valid_from: string;
  valid_until: string | null;
  created_at: string;
}

const rules = (where: string) => `
  select price_rule_id, reservoir_id as seller_reservoir_id, currency, lower(volume_band)::float8 as min_volume_liters,
    upper(volume_band)::float8 as max_volume_liters, base_price_per_liter::text as base_price_per_liter, delivery_fee_minor,
    lower(validity) as valid_from, upper(validity) as valid_until, created_at
  from water.price_rules where account_id = $1 and reservoir_id = $2 and ${where}`;
const rule = statement('priceRule.byId', rules('price_rule_id = $3'));
const rulePage = statement(
  'priceRule.page',
  rules('($3::uuid is null or price_rule_id > $3) order by price_rule_id limit $4'),
);

export function createPriceRuleViews(read: Reader) {
  return {
    async rule(accountId: string, reservoirId: string, priceRuleId: string): Promise<PriceRuleRow | undefined> {
      const [row] = await read.inAccount<PriceRuleRow>(accountId, rule, [accountId, reservoirId, priceRuleId]);
      return row;
    },
    rules: (accountId: string, reservoirId: string, after: string | null, limit: number) =>
      read.inAccount<PriceRuleRow>(accountId, rulePage, [accountId, reservoirId, after, limit]),
  };
}
export type PriceRuleViews = ReturnType<typeof createPriceRuleViews>;
