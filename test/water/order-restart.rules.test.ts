import { describe, expect, it } from '@jest/globals';
import { nextDeadline } from '../../workflows/water/order-deadline.rules.js';
import { policyOf } from '../../workflows/water/order-restart.rules.js';
import type { Order } from '../../workflows/water/order.contract.js';
import { policy } from '../support/water/market.js';

const order = {
  createdAt: '2026-03-01T08:00:00Z',
  acceptedAt: '2026-03-01T09:00:00Z',
  deliveredAt: '2026-03-02T09:00:00Z',
  overdueAt: null,
  remindersSent: 0,
  nextDeadline: '2026-03-05T10:11:12.345Z',
} as unknown as Order;

describe('the deadlines of an order that is made from its row', () => {
  it.each([
    ['CREATED', {}],
    ['ACCEPTED', {}],
    ['ACCEPTED', { remindersSent: 2 }],
    ['ACCEPTED', { overdueAt: '2026-03-04T09:00:00Z' }],
    ['DELIVERED', {}],
  ] as const)('%s %p: what was promised stands, whatever is promised today', (status, more) => {
    const row = { ...order, ...more, status };
    expect(nextDeadline(row, policy)).not.toBe(row.nextDeadline);
    expect(nextDeadline(row, policyOf(row, policy))).toBe(row.nextDeadline);
  });

  it('DISPUTED: has none, and later ones are today’s', () => {
    expect(policyOf({ ...order, status: 'DISPUTED', nextDeadline: null }, policy)).toEqual(policy);
  });
});
