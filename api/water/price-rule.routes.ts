import type { Static } from 'typebox';
import { databaseNow } from '../../db/shared/database-clock.js';
import { createPriceRuleRecords, type NewPriceRule } from '../../db/water/price-rule.records.js';
import { createPriceRuleViews, type PriceRuleRow } from '../../db/water/price-rule.views.js';
import { createSellerViews } from '../../db/water/seller.views.js';
import { failure } from '../../workflows/shared/failure.js';
import { isExactAmount, toMinor } from '../../workflows/water/price.rules.js';
import { member, route, type Route } from '../shared/route.js';
import { page, pageQuery } from '../shared/schema.js';
import { amount } from './order-answer.schemas.js';
import { newPriceRule, priceRule } from './seller.schemas.js';
import type { RecordRouteParts } from './site.routes.js';

const path = '/v1/accounts/:account_id/seller/reservoirs/:reservoir_id/price-rules';

export function createPriceRuleRoutes({ database, cursors: allCursors }: RecordRouteParts): Route[] {
  const records = createPriceRuleRecords(database);
  const views = createPriceRuleViews(database.read);
  const sellers = createSellerViews(database.read);
  const cursors = allCursors.of('price-rules');

  return [
    route({
      method: 'post',
      path,
      operationId: 'createPriceRule',
      summary: 'Set a price for a band of volumes and a time',
      description: 'Bands are half-open: min ≤ litres < max. Rules of a reservoir and currency may not overlap.',
      tag: 'Marketplace',
      access: member('OWNER', 'ADMIN', 'MANAGER'),
      audit: { action: 'price-rule.create', subject: 'price_rule' },
      body: newPriceRule,
      responses: { 201: priceRule },
      errors: ['PRICE_RULE_OVERLAP'],
    }).handledBy(async ({ accountId, caller: { principalId }, params: { reservoir_id: reservoirId }, body }) => {
      const id = await records.create({ accountId, principalId }, ruleOf(reservoirId, body));
      const row = await views.rule(accountId, reservoirId, id);
      if (!row) throw failure('RESOURCE_NOT_FOUND');
      const Location = `/v1/accounts/${accountId}/seller/reservoirs/${reservoirId}/price-rules`;
      return { status: 201, body: wire(row), headers: { Location } };
    }),

    route({
      method: 'get',
      path,
      operationId: 'listPriceRules',
      summary: 'List the price rules of a reservoir',
      tag: 'Marketplace',
      access: member(),
      query: pageQuery,
      responses: { 200: page(priceRule) },
    }).handledBy(async ({ accountId, params: { reservoir_id: reservoirId }, query: { limit, cursor } }) => {
      const [after = null] = cursors.decode(cursor) ?? [];
      const rows = await views.rules(accountId, reservoirId, after as string | null, limit + 1);
      if (rows.length === 0 && !(await sellers.reservoir(accountId, reservoirId))) throw failure('RESOURCE_NOT_FOUND');
      const { items, next_cursor } = cursors.page(rows, limit, ({ price_rule_id }) => [price_rule_id]);
      return { status: 200, body: { items: items.map(wire), next_cursor } };
    }),
  ];
}

/** What no schema can say of a rule; every fault at once. */
function ruleOf(reservoirId: string, body: Static<typeof newPriceRule>): NewPriceRule {
  const { currency, min_volume_liters: min = 0, max_volume_liters: max = null, delivery_fee_flat: fee = 0 } = body;
  const { base_price_per_liter: price, valid_from: from = null, valid_until: until = null } = body;
  const startMs = from === null ? databaseNow() : Date.parse(from);
  const isPriceExact = /^\d+(\.\d{1,6})?$/.test(String(price));
  const isFeeExact = /^\d+(\.\d+)?$/.test(String(fee)) && isExactAmount(fee, currency);
  const errors = [
    max !== null && max <= min && { path: '/max_volume_liters', message: 'must be more than min_volume_liters' },
    until !== null && Date.parse(until) <= startMs && { path: '/valid_until', message: 'must be after valid_from' },
    !isPriceExact && { path: '/base_price_per_liter', message: 'must have at most 6 decimal places' },
    !isFeeExact && { path: '/delivery_fee_flat', message: `must be an amount that ${currency} can be paid in` },
  ].filter((fault) => fault !== false);
  if (errors.length > 0) throw failure('VALIDATION_ERROR', { errors });
  return {
    reservoirId,
    currency,
    minVolumeLiters: min,
    maxVolumeLiters: max,
    basePricePerLiter: String(price),
    deliveryFeeMinor: toMinor(fee, currency),
    validFrom: from,
    validUntil: until,
  };
}

const wire = ({ delivery_fee_minor: fee, ...row }: PriceRuleRow) => ({
  ...row,
  delivery_fee_flat: amount(fee, row.currency),
});
