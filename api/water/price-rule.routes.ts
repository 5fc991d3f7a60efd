import type { Static } from 'typebox';
import { databaseNow } from '../../db/connection/database-clock.js';
import { priceRuleRecords, type NewPriceRule } from '../../db/water/price-rule.records.js';
import { priceRuleViews, type PriceRuleView } from '../../db/water/price-rule.views.js';
import { sellerViews } from '../../db/water/seller.views.js';
import { policy } from '../../workflows/identity/policy.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import { isExactAmount, toMinor } from '../../workflows/water/price.rules.js';
import { member, route, type Route } from '../route/route.js';
import { page, pageQuery } from '../route/schema.js';
import { amount } from './order-answer.schemas.js';
import { newPriceRule, priceRule } from './seller.schemas.js';
import type { RecordRouteParts } from '../shared/route-parts.js';

const path = '/v1/accounts/:account_id/seller/reservoirs/:reservoir_id/price-rules';

export function createPriceRuleRoutes({
  cursors: allCursors,
}: Pick<RecordRouteParts, 'cursors'>): Route[] {
  const cursors = allCursors.of('price-rules');

  const createPriceRule = route({
    method: 'post',
    path,
    operationId: 'createPriceRule',
    summary: 'Set a price for a band of volumes and a time',
    description:
      'Bands are half-open: min ≤ litres < max. Rules of a reservoir and currency may not overlap.',
    tag: 'Marketplace',
    access: member(...policy['water.sell']),
    scope: 'water.write',
    audit: { action: 'price-rule.create', subject: 'price_rule' },
    body: newPriceRule,
    responses: { 201: priceRule },
    errors: ['PRICE_RULE_OVERLAP'],
  }).handledBy(async ({ scope, accountId, params: { reservoir_id: reservoirId }, body }) => {
    const id = await priceRuleRecords(scope).create(ruleOf(reservoirId, body));
    const row = await priceRuleViews(scope, reservoirId).byId(id);
    if (!row) throw failure('RESOURCE_NOT_FOUND');
    const Location = `/v1/accounts/${accountId}/seller/reservoirs/${reservoirId}/price-rules`;
    return { status: 201, body: wire(row), headers: { Location } };
  });

  const listPriceRules = route({
    method: 'get',
    path,
    operationId: 'listPriceRules',
    summary: 'List the price rules of a reservoir',
    tag: 'Marketplace',
    access: member(),
    scope: 'water.read',
    query: pageQuery,
    responses: { 200: page(priceRule) },
  }).handledBy(
    async ({ scope, params: { reservoir_id: reservoirId }, query: { limit, cursor } }) => {
      const [after = null] = cursors.decode(cursor) ?? [];
      const rows = await priceRuleViews(scope, reservoirId).page(after as string | null, limit + 1);
      if (rows.length === 0 && !(await sellerViews(scope).reservoir(reservoirId)))
        throw failure('RESOURCE_NOT_FOUND');
      const { items, next_cursor } = cursors.page(rows, limit, ({ price_rule_id }) => [
        price_rule_id,
      ]);
      return { status: 200, body: { items: items.map(wire), next_cursor } };
    },
  );

  return [createPriceRule, listPriceRules];
}

/** Faults of a rule beyond any schema; every fault at once. */
function ruleOf(reservoirId: string, body: Static<typeof newPriceRule>): NewPriceRule {
  const {
    currency,
    min_volume_liters: min = 0,
    max_volume_liters: max = null,
    delivery_fee_flat: fee = 0,
  } = body;
  const {
    base_price_per_liter: price,
    valid_from: validFrom = null,
    valid_until: validUntil = null,
  } = body;
  const startMs = validFrom === null ? databaseNow() : Date.parse(validFrom);
  const isPriceExact = /^\d+(\.\d{1,6})?$/.test(String(price));
  const isFeeExact = /^\d+(\.\d+)?$/.test(String(fee)) && isExactAmount(fee, currency);
  const errors = [
    max !== null &&
      max <= min && { path: '/max_volume_liters', message: 'must be more than min_volume_liters' },
    validUntil !== null &&
      Date.parse(validUntil) <= startMs && {
        path: '/valid_until',
        message: 'must be after valid_from',
      },
    !isPriceExact && {
      path: '/base_price_per_liter',
      message: 'must have at most 6 decimal places',
    },
    !isFeeExact && {
      path: '/delivery_fee_flat',
      message: `must be an amount that ${currency} can be paid in`,
    },
  ].filter((fault) => fault !== false);
  if (errors.length > 0) throw failure('VALIDATION_ERROR', { errors });
  return {
    reservoirId,
    currency,
    minVolumeLiters: min,
    maxVolumeLiters: max,
    basePricePerLiter: String(price),
    deliveryFeeMinor: toMinor(fee, currency),
    validFrom,
    validUntil,
  };
}

const wire = ({ delivery_fee_minor: fee, ...row }: PriceRuleView) => ({
  ...row,
  delivery_fee_flat: amount(fee, row.currency),
});
