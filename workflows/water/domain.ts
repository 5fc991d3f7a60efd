import type { DomainWords } from '../shared/domain.js';
import { waterAlertTexts } from './alert-text.rules.js';
import { code } from '../shared/error-kinds.js';
import { orderWorkflowType, startOfOrder, type OrderInput } from './order.contract.js';

export const waterWords = {
  errorCodes: {
    // Sites and reservoirs
    INVALID_GEOMETRY: code('invalid', 'The geometry does not describe a reservoir.'),
    INVALID_THRESHOLDS: code('invalid', 'Thresholds must rise from critical over low to full.'),
    INVALID_CALIBRATION: code('invalid', 'The sensor distances do not describe a calibration.'),
    RESERVOIR_IN_USE: code('conflict', 'The reservoir has a device or open orders.'),
    RESERVOIR_ALREADY_PAIRED: code('conflict', 'The reservoir has a device already.'),
    SITE_IN_USE: code('conflict', 'The site has reservoirs.'),

    // Marketplace and orders
    SELLER_PROFILE_EXISTS: code('conflict', 'The account has a seller profile already.'),
    PRICE_RULE_OVERLAP: code('conflict', 'Another price rule covers part of this band and time.'),
    NO_PRICE_RULE_MATCH: code('invalid', 'No price rule covers this volume.'),
    SELLER_NOT_AVAILABLE: code('conflict', 'The seller does not sell from this reservoir now.'),
    INSUFFICIENT_STOCK: code('conflict', 'The seller has less water than requested.'),
    HOLD_LIMIT_REACHED: code('conflict', 'The buyer holds as much by open orders as it may.'),
    OWN_LISTING: code('invalid', 'An account cannot order from itself.'),
    TARGET_RESERVOIR_REQUIRED: code(
      'invalid',
      'Filling to full needs a target reservoir with a known level.',
    ),
    INVALID_ORDER_STATE: code('conflict', "The order's state does not allow this."),
    DELIVERY_CONFIRMATION_ALREADY_SET: code(
      'conflict',
      'This party has confirmed the delivery with another content.',
    ),
    REVIEW_ALREADY_EXISTS: code('conflict', 'This party has reviewed the order already.'),
  },
  limitedResources: ['sites', 'reservoirs'],
  starts: {
    [orderWorkflowType]: ({ orderId, buyer, sellerAccountId, policy }: OrderInput) =>
      startOfOrder(orderId, buyer.accountId, sellerAccountId, policy),
  },
  alertTexts: waterAlertTexts,
  alertContexts: ['SITE', 'RESERVOIR', 'ORDER'],
  tags: {
    Marketplace: 'Sellers, their prices, and what they offer.',
    Orders: 'Water asked for, from its placing to its delivery or dispute.',
    Readings: 'Levels of a reservoir, by device or by hand.',
    Reservoirs: 'Tanks: their shape, calibration, thresholds and current level.',
    Sites: 'Places that reservoirs stand at.',
  },
  actingWorkflows: [orderWorkflowType],
} as const satisfies DomainWords;
