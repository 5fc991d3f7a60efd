/** Tells of: order-change.rules, order-deadline.rules. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { asFailure } from '../../workflows/shared/failure.js';
import { changeBy } from '../../workflows/water/order-change.rules.js';
import type { OrderStep } from '../../workflows/water/order-transition.contract.js';
import { orderStatuses, type Order } from '../../workflows/water/order.contract.js';
import {
  isClosed,
  nextDeadline,
  nextDue,
  waitingFor,
} from '../../workflows/water/order-deadline.rules.js';
import {
  allowedActions,
  endedStatuses,
  hasEnded,
  judge,
  openStatuses,
  type OrderCommand,
} from '../../workflows/water/order.rules.js';
import { policy } from '../support/water/market.js';

const placedAt = Date.parse('2026-03-01T08:00:00.000Z');
const hour = 3_600_000;
const buyer = { accountId: 'buyer', principalId: 'ben' };
const seller = { accountId: 'seller', principalId: 'sue' };

const placed: Order = {
  orderId: 'order',
  orderCode: 'ORD-000000000000',
  buyerAccountId: 'buyer',
  sellerAccountId: 'seller',
  sellerReservoirId: 'reservoir',
  status: 'CREATED',
  version: 1,
  nextDeadline: new Date(placedAt + policy.acceptMs).toISOString(),
  requestedVolumeLiters: 100,
  priceQuoteTotalMinor: 5000,
  currency: 'KES',
  createdAt: new Date(placedAt).toISOString(),
  acceptedAt: null,
  deliveredAt: null,
  deliveredVolumeLiters: null,
  remindersSent: 0,
  overdueAt: null,
  buyerConfirmation: null,
  sellerConfirmation: null,
  dispute: null,
  resolution: null,
};
const confirm = (actor: typeof buyer, liters = 100): OrderCommand => ({
  action: 'confirm-delivery',
  actor,
  confirmation: { confirmedVolumeLiters: liters, confirmedDeliveryAt: null, noteId: null },
});
const resolve = (outcome: 'DELIVERED' | 'NOT_DELIVERED'): OrderCommand => ({
  action: 'resolve',
  actor: { principalId: 'ada' },
  resolution: { outcome, deliveredVolumeLiters: null, evidenceEventIds: [] },
});
const dispute: OrderCommand = { action: 'dispute', actor: buyer, noteId: null };
const accept: OrderCommand = { action: 'accept', actor: seller };

const after = (order: Order, step: OrderStep, nowMs = placedAt): Order => ({
  ...order,
  ...changeBy(order, step, policy, nowMs).patch,
  version: order.version + 1,
});
const through = (...steps: OrderStep[]): Order =>
  steps.reduce((order, step) => after(order, step), placed);
const refusal = (work: () => unknown) => {
  try {
    work();
    return undefined;
  } catch (error) {
    return asFailure(error)?.code;
  }
};

describe('a state of an order', () => {
  it('is open, or has ended, or is a delivery that ends with its deadline', () => {
    const sorted = [...openStatuses, 'DELIVERED', ...endedStatuses].sort();
    expect(sorted).toEqual([...orderStatuses].sort());
  });

  it.each(orderStatuses)('has ended if nothing is waited for any more: %s', (status) => {
    const order = {
      ...placed,
      status,
      acceptedAt: placed.createdAt,
      deliveredAt: placed.createdAt,
    };
    expect(isClosed(order, placedAt)).toBe(hasEnded(status));
    expect(waitingFor(order).startsWith('Ended')).toBe(hasEnded(status));
    if (hasEnded(status)) expect(nextDue(order, policy)).toBeUndefined();
    if (hasEnded(status)) expect(allowedActions(order, placedAt)).toEqual([]);
  });
});

describe('what is allowed', () => {
  it.each([
    ['CREATED', placed, ['accept', 'reject', 'cancel']],
    ['ACCEPTED', through(accept), ['cancel', 'confirm-delivery', 'dispute']],
    ['ACCEPTED, one confirmed', through(accept, confirm(buyer)), ['confirm-delivery', 'dispute']],
    ['DELIVERED', through(accept, confirm(buyer), confirm(seller)), ['dispute']],
    ['DISPUTED', through(accept, dispute), ['resolve']],
    ['RESOLVED', through(accept, dispute, resolve('DELIVERED')), []],
    ['REJECTED', through({ action: 'reject', actor: seller }), []],
    ['CANCELLED', through({ action: 'cancel', actor: buyer }), []],
    ['EXPIRED', through({ action: 'expire' }), []],
  ])('in %s', (_status, order, allowed) => {
    expect(allowedActions(order, placedAt)).toEqual(allowed);
  });

  it('ends with the time for disputes', () => {
    const delivered = through(accept, confirm(buyer), confirm(seller));
    expect(allowedActions(delivered, placedAt + policy.disputeMs - 1)).toEqual(['dispute']);
    expect(allowedActions(delivered, placedAt + policy.disputeMs)).toEqual([]);
    expect(isClosed(delivered, placedAt + policy.disputeMs)).toBe(true);
  });

  it('is asked of the right party only', () => {
    expect(refusal(() => judge(placed, { action: 'accept', actor: buyer }, placedAt))).toBe(
      'FORBIDDEN',
    );
    expect(refusal(() => judge(placed, { action: 'cancel', actor: seller }, placedAt))).toBe(
      'FORBIDDEN',
    );
    const stranger = { accountId: 'else', principalId: 'eve' };
    expect(refusal(() => judge(placed, confirm(stranger), placedAt))).toBe('RESOURCE_NOT_FOUND');
  });
});

describe('confirmations', () => {
  it.each([
    [100, 100, 'DELIVERED'],
    [100, 95, 'DELIVERED'],
    [95, 100, 'DELIVERED'],
    [100, 94.999, 'DISPUTED'],
    [106, 100.5, 'DISPUTED'],
    [0, 0, 'DELIVERED'],
  ])('of %d and %d litres leave the order %s', (first, second, status) => {
    const order = through(accept, confirm(seller, first), confirm(buyer, second));
    expect(order.status).toBe(status);
    expect(order.deliveredVolumeLiters).toBe(
      status === 'DELIVERED' ? Math.max(first, second) : null,
    );
  });

  it('stand once given, also when the order has ended', () => {
    const delivered = through(accept, confirm(seller), confirm(buyer));
    expect(judge(delivered, confirm(seller), placedAt)).toBe('done');
    expect(refusal(() => judge(delivered, confirm(seller, 99), placedAt))).toBe(
      'DELIVERY_CONFIRMATION_ALREADY_SET',
    );
  });

  it('are the same whatever zone their moment is written in', () => {
    const confirmAt = (confirmedDeliveryAt: string): OrderCommand => ({
      action: 'confirm-delivery',
      actor: seller,
      confirmation: { confirmedVolumeLiters: 100, confirmedDeliveryAt, noteId: null },
    });
    const order = through(accept, confirmAt('2026-03-01T10:00:00Z'));
    expect(judge(order, confirmAt('2026-03-01T12:00:00+02:00'), placedAt)).toBe('done');
  });
});

describe('a resolution', () => {
  it('takes from the stock what was delivered, and nothing otherwise', () => {
    const delivered = through(accept, confirm(seller), confirm(buyer), dispute);
    expect(after(delivered, resolve('NOT_DELIVERED')).deliveredVolumeLiters).toBe(0);
    const undelivered = through(accept, dispute);
    expect(after(undelivered, resolve('NOT_DELIVERED'))).toMatchObject({
      deliveredAt: null,
      deliveredVolumeLiters: null,
    });
    expect(after(undelivered, resolve('DELIVERED'))).toMatchObject({ deliveredVolumeLiters: 100 });
  });
});

describe('deadlines', () => {
  it('follow one another from placing to the dispute of the system', () => {
    const story: [string, number][] = [];
    let order = through(accept);
    for (let due = nextDue(order, policy); due; due = nextDue(order, policy)) {
      story.push([due.action, (due.atMs - placedAt) / hour]);
      if (due.action !== 'close') order = after(order, { action: due.action }, due.atMs);
    }
    expect(story).toEqual([
      ['remind', 24],
      ['remind', 48],
      ['report-overdue', 72],
      ['dispute-overdue', 240],
    ]);
    expect(order).toMatchObject({
      status: 'DISPUTED',
      dispute: { reason: 'OVERDUE' },
      nextDeadline: null,
    });
  });

  it('are shown to both parties, and reminders do not move them', () => {
    const accepted = through(accept);
    expect(nextDeadline(accepted, policy)).toBe('2026-03-04T08:00:00.000Z');
    expect(after(accepted, { action: 'remind' }).nextDeadline).toBe('2026-03-04T08:00:00.000Z');
    expect(after(accepted, { action: 'report-overdue' }).nextDeadline).toBe(
      '2026-03-11T08:00:00.000Z',
    );
    expect(through(accept, confirm(buyer), confirm(seller)).nextDeadline).toBe(
      '2026-03-08T08:00:00.000Z',
    );
  });

  it('are told in words', () => {
    expect(waitingFor(placed)).toBe(
      'Waits for the seller to accept or reject until 2026-03-02T08:00:00.000Z; then it expires.',
    );
    expect(waitingFor(through(accept, confirm(buyer)))).toContain(
      'Waits for the seller to confirm',
    );
  });
});

describe('whatever people and time do', () => {
  const commands: OrderCommand[] = [
    accept,
    { action: 'reject', actor: seller },
    { action: 'cancel', actor: buyer },
    confirm(buyer),
    confirm(seller),
    confirm(seller, 50),
    dispute,
    resolve('DELIVERED'),
    resolve('NOT_DELIVERED'),
  ];

  it('the order stays whole: delivered only by both, a second time is the same, and an end is an end', () => {
    const moves = fc.array(fc.oneof(fc.constantFrom(...commands), fc.constant('time' as const)), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(moves, (sequence) => {
        let order = placed;
        let nowMs = placedAt;
        for (const move of sequence) {
          const due = nextDue(order, policy);
          if (move === 'time') {
            if (!due) continue;
            nowMs = Math.max(nowMs, due.atMs);
            if (due.action !== 'close') order = after(order, { action: due.action }, nowMs);
          } else if (
            refusal(() => judge(order, move, nowMs)) === undefined &&
            judge(order, move, nowMs) === 'change'
          ) {
            expect(isClosed(order, nowMs)).toBe(false);
            order = after(order, move, nowMs);
            expect(judge(order, move, nowMs)).toBe('done');
          }
          if (order.status === 'DELIVERED')
            expect(order.buyerConfirmation && order.sellerConfirmation).toBeTruthy();
          expect((order.deliveredAt === null) === (order.deliveredVolumeLiters === null)).toBe(
            true,
          );
          expect((order.resolution !== null) === (order.status === 'RESOLVED')).toBe(true);
          expect(order.nextDeadline).toBe(nextDeadline(order, policy));
        }
      }),
    );
  });
});
