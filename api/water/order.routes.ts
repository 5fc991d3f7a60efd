import type { Static } from 'typebox';
import type { Database } from '../../db/shared/database.js';
import type { ListingViews } from '../../db/water/listing.views.js';
import { newReadableCode } from '../../db/shared/readable-code.js';
import { createStockViews } from '../../db/water/stock.views.js';
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
import { member, route, type Route } from '../shared/route.js';
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
  /** Hears of a workflow that is gone while its row goes on. */
  reportLoss: (workflowId: string) => void;
}
type OrderRequest = Static<typeof orderRequest>;

const buyers = ['OWNER', 'ADMIN', 'MANAGER'] as const;
const refusals = [
  'OWN_LISTING',
  'SELLER_NOT_AVAILABLE',
  'NO_PRICE_RULE_MATCH',
  'TARGET_RESERVOIR_REQUIRED',
  'RESOURCE_NOT_FOUND',
] as const;

export function createOrderRoutes(parts: OrderRouteParts): Route[] {
  const { database, listings, workflows, orderPolicy, orderTaskQueue } = parts;
  const stock = createStockViews(database.read);

  /** What is asked for, of whom; a reservoir that nobody sells from is as good as none. */
  async function asked(accountId: string, body: OrderRequest) {
    const { seller_reservoir_id: sellerReservoirId, requested_fill_mode: fillMode, currency } = body;
    const targetReservoirId = body.target_reservoir_id ?? null;
    const volumeLiters = body.requested_volume_liters;
    const requestedVolumeLiters = requestedLiters({ fillMode, volumeLiters, targetReservoirId });
    const sellerAccountId = await listings.sellerOf(sellerReservoirId);
    if (sellerAccountId === undefined) throw failure('RESOURCE_NOT_FOUND');
    if (sellerAccountId === accountId) throw failure('OWN_LISTING');
    return { sellerAccountId, sellerReservoirId, targetReservoirId, fillMode, requestedVolumeLiters, currency };
  }

  return [
    route({
      method: 'post',
      path: '/v1/accounts/:account_id/orders',
      summary: 'Place an order',
      description:
        'Fixes the price and holds the stock. The seller has until `next_deadline` to accept. What a buyer holds by open orders is bounded, in all, with one seller, and before the seller has accepted by a share of the stock.',
      tag: 'Orders',
      access: member(...buyers),
      effect: 'workflow',
      audit: { action: 'order.place', subject: 'order' },
      body: orderRequest,
      responses: { 201: placedOrder },
      errors: [...refusals, 'INSUFFICIENT_STOCK', 'HOLD_LIMIT_REACHED', 'CONFLICT'],
    }).handledBy(async ({ accountId, caller, body, command }) => {
      // The same command is the same order, however often it is sent.
      const orderId = command.id;
      const orderCode = newReadableCode('ORD');
      const buyer = { accountId, principalId: caller.principalId, commandId: command.id };
      const placed = await command.resultOf(async () => {
        const input: OrderInput = { orderId, orderCode, buyer, ...(await asked(accountId, body)), policy: orderPolicy };
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
    }),

    route({
      method: 'post',
      path: '/v1/accounts/:account_id/orders/quote',
      operationId: 'quoteOrder',
      summary: 'Price an order without placing it',
      tag: 'Orders',
      access: member(),
      audit: { exempt: 'a quote changes nothing' },
      body: orderRequest,
      responses: { 200: orderQuote },
      errors: refusals,
    }).handledBy(async ({ accountId, body }) => {
      const request = await asked(accountId, body);
      const { sellerAccountId, sellerReservoirId, targetReservoirId, currency } = request;
      const room = targetReservoirId === null ? null : await stock.room(accountId, targetReservoirId);
      if (room === undefined) throw failure('RESOURCE_NOT_FOUND');
      const liters = orderedLiters(request.requestedVolumeLiters, room);
      const offer = await stock.offer(sellerAccountId, sellerReservoirId, currency, liters);
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
    }),
  ];
}
