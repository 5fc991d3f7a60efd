import type pg from 'pg';
import { statement } from '../shared/database.js';

export interface ListingSearch {
  lat: number;
  lng: number;
  radiusMeters: number;
  volumeLiters: number | null;
  currency: string | null;
  /** Where the page before ended: chord length and reservoir. */
  after: readonly [chord: number, reservoirId: string] | null;
  limit: number;
}
export interface ListingRow {
  seller_reservoir_id: string;
  seller_principal_id: string;
  lat: number;
  lng: number;
  chord: number;
  distance_m: number;
  currency: string;
  base_price_per_liter: string;
  delivery_fee_minor: number;
  display_name: string;
  is_verified: boolean;
  average_rating: number | null;
  review_count: number;
}

/**
 * Nearest first, straight off the index of positions, so that a page costs the same in a small circle and in a large one.
 * Listed is only what can be bought now: an active seller, an available reservoir with a place, a price in force for the volume.
 */
const listings = statement('listing.search', 'select * from water.listings($1, $2, $3, $4, $5, $6, $7, $8)');

const sellerOf = statement('listing.seller', 'select water.seller_of($1) as account_id');

/** What anyone may see, without an account: asked as millrace_market, which may ask nothing else. */
export function createListingViews(market: pg.Pool) {
  return {
    async search({
      lat,
      lng,
      radiusMeters,
      volumeLiters,
      currency,
      after,
      limit,
    }: ListingSearch): Promise<ListingRow[]> {
      const [chord = null, reservoirId = null] = after ?? [];
      const values = [lat, lng, radiusMeters, volumeLiters, currency, chord, reservoirId, limit];
      return (await market.query<ListingRow>({ ...listings, values })).rows;
    },

    /** The account that sells from a reservoir; undefined when nobody ever offered it. */
    async sellerOf(reservoirId: string): Promise<string | undefined> {
      const { rows } = await market.query<{ account_id: string | null }>({ ...sellerOf, values: [reservoirId] });
      return rows[0]?.account_id ?? undefined;
    },
  };
}
export type ListingViews = ReturnType<typeof createListingViews>;
