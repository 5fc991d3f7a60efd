import {
  bigInteger,
  float,
  integer,
  listOf,
  orNull,
  text,
  timestamp,
  uuid,
  type Values,
} from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';

const priceRuleView = {
  price_rule_id: uuid,
  seller_reservoir_id: uuid,
  currency: text,
  min_volume_liters: float,
  max_volume_liters: orNull(float),
  base_price_per_liter: text,
  delivery_fee_minor: bigInteger,
  valid_from: timestamp,
  valid_until: orNull(timestamp),
  created_at: timestamp,
};
export type PriceRuleView = Values<typeof priceRuleView>;

const priceRuleColumns = listOf(priceRuleView, 'r', {
  seller_reservoir_id: 'r.reservoir_id',
  min_volume_liters: 'lower(r.volume_band)::float8',
  max_volume_liters: 'upper(r.volume_band)::float8',
  base_price_per_liter: 'r.base_price_per_liter::text',
  valid_from: 'lower(r.validity)',
  valid_until: 'upper(r.validity)',
});
const priceRules = `select ${priceRuleColumns} from water.price_rules r
  where r.account_id = :accountId and r.reservoir_id = :reservoirId`;

const priceRuleById = query({
  name: 'priceRule.byId',
  parameters: { accountId: uuid, reservoirId: uuid, priceRuleId: uuid },
  row: priceRuleView,
  text: `${priceRules} and r.price_rule_id = :priceRuleId`,
});
const priceRulePage = query({
  name: 'priceRule.page',
  parameters: { accountId: uuid, reservoirId: uuid, after: orNull(uuid), limit: integer },
  row: priceRuleView,
  text: `${priceRules} and (:after is null or r.price_rule_id > :after) order by r.price_rule_id limit :limit`,
});

/** Price rules of a reservoir of the account. */
export const priceRuleViews = (scope: ReadScope, reservoirId: string) => ({
  async byId(priceRuleId: string): Promise<PriceRuleView | undefined> {
    const { accountId } = scope;
    const [rule] = await scope.read(priceRuleById, { accountId, reservoirId, priceRuleId });
    return rule;
  },
  page: (after: string | null, limit: number): Promise<PriceRuleView[]> =>
    scope.read(priceRulePage, { accountId: scope.accountId, reservoirId, after, limit }),
});
