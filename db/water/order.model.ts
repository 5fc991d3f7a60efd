import { BaseModel } from '../shared/base-model.js';
import type { FillMode, Order } from '../../workflows/water/order.contract.js';

/** A row of water.orders; its account is the buyer's. */
export class OrderModel extends BaseModel implements Omit<Order, 'buyerAccountId'> {
  static override tableName = 'water.orders';
  static override idColumn = ['accountId', 'orderId'];
  static override jsonAttributes = ['buyerConfirmation', 'sellerConfirmation', 'dispute', 'resolution'];

  accountId!: string;
  orderId!: string;
  orderCode!: string;
  sellerAccountId!: string;
  sellerReservoirId!: string;
  sellerDisplayName!: string;
  targetReservoirId!: string | null;
  requestedFillMode!: FillMode;
  requestedVolumeLiters!: number;
  priceRuleId!: string;
  priceQuoteTotalMinor!: number;
  currency!: string;
  status!: Order['status'];
  nextDeadline!: string | null;
  createdBy!: string;
  createdAt!: string;
  acceptedAt!: string | null;
  cancelledAt!: string | null;
  deliveredAt!: string | null;
  deliveredVolumeLiters!: number | null;
  remindersSent!: number;
  overdueAt!: string | null;
  buyerConfirmation!: Order['buyerConfirmation'];
  sellerConfirmation!: Order['sellerConfirmation'];
  dispute!: Order['dispute'];
  resolution!: Order['resolution'];
  version!: number;
  updatedAt!: string;
}
