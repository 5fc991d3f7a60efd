import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { newId } from '../../../db/shared/id.js';
import type { OrderInput, OrderPolicy } from '../../../workflows/water/order.contract.js';

const day = 86_400_000;
/** The deadlines of production. */
export const policy: OrderPolicy = {
  acceptMs: day,
  confirmMs: 3 * day,
  overdueMs: 7 * day,
  disputeMs: 7 * day,
  volumeTolerancePct: 5,
};

export interface SellerOptions {
  status?: 'ACTIVE' | 'INACTIVE';
  availability?: 'AVAILABLE' | 'UNAVAILABLE' | null;
  lat?: number | null;
  lng?: number | null;
  volumeLiters?: number | null;
  capacityLiters?: number;
  safetyMarginPct?: number;
  recordedAt?: string;
  rules?: {
    currency?: string;
    min?: number;
    max?: number | null;
    price?: string;
    feeMinor?: number;
    validity?: string;
  }[];
}
export interface Seller {
  accountId: string;
  reservoirId: string;
  priceRuleIds: string[];
}

/**
 * A seller with one reservoir, a thousand litres there and one open price rule; each part can be
 * taken away.
 */
export async function aSeller(admin: pg.Pool, options: SellerOptions = {}): Promise<Seller> {
  const {
    status = 'ACTIVE',
    availability = 'AVAILABLE',
    lat = -1.29,
    lng = 36.82,
    rules = [{}],
  } = options;
  const accountId = newId();
  const reservoirId = await aReservoir(admin, accountId, { ...options, lat, lng });
  await admin.query(
    `insert into water.seller_profiles (account_id, status, display_name) values ($1, $2, 'Maji Safi')`,
    [accountId, status],
  );
  if (availability)
    await admin.query(
      `insert into water.seller_reservoirs (account_id, reservoir_id, seller_availability_status) values ($1, $2, $3)`,
      [accountId, reservoirId, availability],
    );
  const priceRuleIds: string[] = [];
  for (const {
    currency = 'KES',
    min = 0,
    max = null,
    price = '0.5',
    feeMinor = 0,
    validity = '[2020-01-01,)',
  } of rules) {
    const id = newId();
    priceRuleIds.push(id);
    await admin.query(
      `insert into water.price_rules (account_id, reservoir_id, price_rule_id, currency, volume_band, validity,
         base_price_per_liter, delivery_fee_minor) values ($1, $2, $3, $4, numrange($5, $6), $7, $8, $9)`,
      [accountId, reservoirId, id, currency, min, max, validity, price, feeMinor],
    );
  }
  return { accountId, reservoirId, priceRuleIds };
}

export async function aReservoir(
  admin: pg.Pool,
  accountId: string,
  options: SellerOptions = {},
): Promise<string> {
  const {
    lat = null,
    lng = null,
    volumeLiters = 1000,
    capacityLiters = 10_000,
    safetyMarginPct = 0,
  } = options;
  const [siteId, reservoirId] = [newId(), newId()];
  await admin.query(
    `insert into water.sites (account_id, site_id, name, site_type) values ($1, $2, 'Yard', 'DEPOT')`,
    [accountId, siteId],
  );
  await admin.query(
    `insert into water.reservoirs (account_id, reservoir_id, site_id, name, reservoir_type, mobility, monitoring_mode,
       capacity_liters, capacity_source, safety_margin_pct, lat, lng)
     values ($1, $2, $3, 'Tank', 'TANK', 'FIXED', 'MANUAL', $4, 'REPORTED', $5, $6, $7)`,
    [accountId, reservoirId, siteId, capacityLiters, safetyMarginPct, lat, lng],
  );
  if (volumeLiters !== null)
    await admin.query(
      `insert into water.reservoir_levels (account_id, reservoir_id, volume_liters, level_pct, recorded_at, source)
       values ($1, $2, $3, $4, $5, 'MANUAL')`,
      [
        accountId,
        reservoirId,
        volumeLiters,
        (100 * volumeLiters) / capacityLiters,
        options.recordedAt ?? new Date().toISOString(),
      ],
    );
  return reservoirId;
}

export function anOrder(seller: Seller, changes: Partial<OrderInput> = {}): OrderInput {
  return {
    orderId: newId(),
    buyer: { accountId: randomUUID(), principalId: randomUUID() },
    sellerAccountId: seller.accountId,
    sellerReservoirId: seller.reservoirId,
    targetReservoirId: null,
    fillMode: 'VOLUME_LITERS',
    requestedVolumeLiters: 100,
    currency: 'KES',
    policy,
    ...changes,
  };
}
