import {
  bigInteger,
  boolean,
  float,
  integer,
  orNull,
  text,
  uuid,
  type Values,
} from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';

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

const listingView = {
  seller_reservoir_id: uuid,
  seller_principal_id: uuid,
  lat: float,
  lng: float,
  chord: float,
  distance_m: float,
  currency: text,
  base_price_per_liter: text,
  delivery_fee_minor: bigInteger,
  display_name: text,
  is_verified: boolean,
  average_rating: orNull(float),
  review_count: integer,
};
export type ListingView = Values<typeof listingView>;

/**
 * Nearest first, straight off the index of positions, so that a page costs the same in a small
 * circle and in a large circle. Only what can be bought now is listed: an active seller, an
 * available reservoir with a place, a price in force for the volume.
 */
const listingPage = query({
  name: 'listing.search',
  parameters: {
    lat: float,
    lng: float,
    radiusMeters: float,
    volumeLiters: orNull(float),
    currency: orNull(text),
    afterChord: orNull(float),
    afterReservoirId: orNull(uuid),
    limit: integer,
  },
  row: listingView,
  text: `select * from water.listings(:lat, :lng, :radiusMeters, cast(:volumeLiters as numeric), :currency, :afterChord,
     :afterReservoirId, :limit)`,
});

const sellerOfReservoir = query({
  name: 'listing.seller',
  parameters: { reservoirId: uuid },
  row: { accountId: orNull(uuid) },
  text: 'select water.seller_of(:reservoirId) as account_id',
});

/**
 * Listings for anyone, without an account: in the scope of millrace_market, a role without other
 * reads.
 */
export const listingViews = (market: ReadScope) => ({
  search({ after, ...search }: ListingSearch): Promise<ListingView[]> {
    const [afterChord = null, afterReservoirId = null] = after ?? [];
    return market.read(listingPage, { ...search, afterChord, afterReservoirId });
  },

  /** The account that sells from a reservoir; undefined for a reservoir never offered. */
  async sellerOf(reservoirId: string): Promise<string | undefined> {
    const [seller] = await market.read(sellerOfReservoir, { reservoirId });
    return seller?.accountId ?? undefined;
  },
});
export type ListingViews = ReturnType<typeof listingViews>;
