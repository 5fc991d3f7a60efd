import type { Static } from 'typebox';
import type { Database } from '../../db/connection/database.js';
import type { ListingViews } from '../../db/water/listing.views.js';
import { newReadableCode } from '../../db/shared/readable-code.js';
import { stockViews } from '../../db/water/stock.views.js';
import { policy } from '../../workflows/identity/policy.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import { orderedLiters, priced, requestedLiters } from '../../workflows/water/offer.rules.js';
import {
  orderSummary,
  orderWorkflowId,
  orderWorkflowType,
  placeOrder,
  searchableOrder,
  type OrderInput,
  type OrderPolicy,
} from '../../workflows/water/order.contract.js';
import type { Cursors } from '../shared/cursor.js';
import { member, route, type Route } from '../route/route.js';
import type { Workflows } from '../shared/workflows.js';
import { amount, orderQuote, placedOrder, stateBody } from './order-answer.schemas.js';
import { orderRequest } from './order.schemas.js';

export interface OrderRouteParts {
  database: Database;
  listings: ListingViews;
  workflows: Workflows;
  cursors: Cursors;
  orderPolicy: OrderPolicy;
  /** Where the workers of orders listen. */
  orderTaskQueue: string;
  /** Reports a workflow gone while the row is open. */
  reportLoss: (workflowId: string) => void;
}
type OrderRequest = Static<typeof orderRequest>;

const buyers = policy['orders.place'];
const refusals = [
  'OWN_LISTING',
  'SELLER_NOT_AVAILABLE',
  'NO_PRICE_RULE_MATCH',
  'TARGET_RESERVOIR_REQUIRED',
  'RESOURCE_NOT_FOUND',
] as const;

export function createOrderRoutes(parts: OrderRouteParts): Route[] {
  const { database, listings, workflows, orderPolicy, orderTaskQueue } = parts;

  /** Seller, reservoirs and volume of a request; a reservoir not for sale is RESOURCE_NOT_FOUND. */
  async function orderTerms(accountId: string, body: OrderRequest) {
    const {
      seller_reservoir_id: sellerReservoirId,
      requested_fill_mode: fillMode,
      currency,
    } = body;
    const targetReservoirId = body.target_reservoir_id ?? null;
    const volumeLiters = body.requested_volume_liters;
    const requestedVolumeLiters = requestedLiters({ fillMode, volumeLiters, targetReservoirId });
    const sellerAccountId = await listings.sellerOf(sellerReservoirId);
    if (sellerAccountId === undefined) throw failure('RESOURCE_NOT_FOUND');
    if (sellerAccountId === accountId) throw failure('OWN_LISTING');
    return {
      sellerAccountId,
      sellerReservoirId,
      targetReservoirId,
      fillMode,
      requestedVolumeLiters,
      currency,
    };
  }

  const placeOrderRoute = route({
    method: 'post',
    path: '/v1/accounts/:account_id/orders',
    summary: 'Place an order',
    description:
      'Fixes the price and holds the stock. The seller has until `next_deadline` to accept. What a buyer holds by open orders is bounded, in all, with one seller, and before the seller has accepted by a share of the stock.',
    tag: 'Orders',
    access: member(...buyers),
    scope: 'water.write',
    effect: 'workflow',
    audit: { action: 'order.place', subject: 'order' },
    body: orderRequest,
    responses: { 201: placedOrder },
    errors: [...refusals, 'INSUFFICIENT_STOCK', 'HOLD_LIMIT_REACHED', 'CONFLICT'],
  }).handledBy(async ({ accountId, caller, body, command }) => {
    // The same command makes the same order, however often sent.
    const orderId = command.id;
    const orderCode = newReadableCode('ORD');
    const buyer = { accountId, principalId: caller.principalId, commandId: command.id };
    const placed = await command.resultOf(async () => {
      const input: OrderInput = {
        orderId,
        orderCode,
        buyer,
        ...(await orderTerms(accountId, body)),
        policy: orderPolicy,
      };
      return workflows.updateWithStart({
        workflow: orderWorkflowType,
        workflowId: orderWorkflowId(orderId),
        taskQueue: orderTaskQueue,
        args: [input],
        update: placeOrder,
        updateArgs: [],
        updateId: command.updateId,
        typedSearchAttributes: searchableOrder({ ...input, status: 'CREATED' }),
        staticSummary: orderSummary(input.requestedVolumeLiters),
      });
    });
    return {
      status: 201,
      body: {
        ...stateBody(placed),
        requested_volume_liters: placed.requestedVolumeLiters,
        price_quote_total: amount(placed.priceQuoteTotalMinor, placed.currency),
        currency: placed.currency,
      },
      headers: { Location: `/v1/accounts/${accountId}/orders/${orderId}` },
    };
  });

  const quoteOrder = route({
    method: 'post',
    path: '/v1/accounts/:account_id/orders/quote',
    operationId: 'quoteOrder',
    summary: 'Price an order without placing it',
    tag: 'Orders',
    access: member(),
    scope: 'water.read',
    effect: 'none',
    audit: { exempt: 'a quote changes nothing' },
    body: orderRequest,
    responses: { 200: orderQuote },
    errors: refusals,
  }).handledBy(async ({ scope, accountId, body }) => {
    const request = await orderTerms(accountId, body);
    const { sellerAccountId, sellerReservoirId, targetReservoirId, currency } = request;
    const room =
      targetReservoirId === null ? null : await stockViews(scope).room(targetReservoirId);
    if (room === undefined) throw failure('RESOURCE_NOT_FOUND');
    const liters = orderedLiters(request.requestedVolumeLiters, room);
    const seller = database.reads({ accountId: sellerAccountId });
    const offer = await stockViews(seller).offer({ sellerReservoirId, currency, liters });
    if (!offer) throw failure('RESOURCE_NOT_FOUND');
    const { priceQuoteTotalMinor, priceRuleId } = priced(offer, liters, currency);
    return {
      status: 200,
      body: {
        price_quote_total: amount(priceQuoteTotalMinor, currency),
        currency,
        price_rule_id: priceRuleId,
        requested_volume_liters: liters,
        available_liters: offer.availableLiters,
      },
    };
  });

  return [placeOrderRoute, quoteOrder];
}
