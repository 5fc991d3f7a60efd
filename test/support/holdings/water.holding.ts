import { randomUUID } from 'node:crypto';
import {
  makeReservoir,
  makeSite,
  openShop,
  placeOrder,
  recordLevel,
  type Actor,
} from '../people/actors.js';
import type { DomainHolding } from './domain-holding.js';

export interface WaterHeld {
  site_id: string;
  reservoir_id: string;
  price_rule_id: string;
  order_id: string;
}

/** A site with a reservoir that is a shop, and an order at another's. */
export const holding: DomainHolding<WaterHeld> = {
  nothing: () => ({
    site_id: randomUUID(),
    reservoir_id: randomUUID(),
    price_rule_id: randomUUID(),
    order_id: randomUUID(),
  }),
  make: async ({ owner, orderFrom }) => {
    const siteId = await makeSite(owner);
    const reservoirId = await makeReservoir(owner, siteId);
    return {
      site_id: siteId,
      reservoir_id: reservoirId,
      price_rule_id: await openShop(owner, reservoirId),
      order_id: await placeOrder(owner, orderFrom),
    };
  },
};

/** A reservoir of the actor's, open to others' orders. */
export async function makeShop(seller: Actor): Promise<string> {
  const reservoirId = await makeReservoir(seller, await makeSite(seller));
  await recordLevel(seller, reservoirId, 100);
  await openShop(seller, reservoirId);
  return reservoirId;
}
