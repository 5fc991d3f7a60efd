import type { LockProofs } from './lock-proof.js';

const sellerAccountId = '01890000-0000-7000-8000-00000000b001';
const reservoirId = '01890000-0000-7000-8000-00000000b002';
const otherReservoirId = '01890000-0000-7000-8000-00000000b003';
const order = {
  buyerAccountId: '01890000-0000-7000-8000-00000000b004',
  orderId: '01890000-0000-7000-8000-00000000b005',
  sellerAccountId,
};
const ofSeller = { account_id: sellerAccountId, reservoir_id: reservoirId };
const levelKey = { accountId: sellerAccountId, reservoirId };

export const lockProofs: LockProofs = {
  'levels.lock': {
    rows: [['water.reservoir_levels', ofSeller]],
    parameters: levelKey,
    holds: { 'water.reservoir_levels': 'UPDATE' },
  },
  'orders.lock_stock': {
    rows: [
      ['water.seller_reservoirs', ofSeller],
      ['water.seller_reservoirs', { ...ofSeller, reservoir_id: otherReservoirId }],
    ],
    parameters: { ...order, sellerReservoirId: reservoirId },
    holds: { 'water.seller_reservoirs': 'UPDATE' },
    // The buyer's orders at another reservoir.
    excludes: { ...order, sellerReservoirId: otherReservoirId },
  },
  'reservoirs.lock_level': {
    rows: [['water.reservoir_levels', ofSeller]],
    parameters: levelKey,
    holds: { 'water.reservoir_levels': 'UPDATE' },
  },
};
