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
const listings = statement(
  'listing.search',
  `select r.reservoir_id as seller_reservoir_id, r.account_id as seller_principal_id, r.lat, r.lng,
     ll_to_earth(r.lat, r.lng) <-> ll_to_earth($1, $2) as chord,
     round(earth_distance(ll_to_earth(r.lat, r.lng), ll_to_earth($1, $2))::numeric, 1)::float8 as distance_m,
     rule.currency, rule.base_price_per_liter::text as base_price_per_liter, rule.delivery_fee_minor,
     p.display_name, p.verification_status = 'VERIFIED' as is_verified,
     round(p.rating_sum::numeric / nullif(p.review_count, 0), 2)::float8 as average_rating, p.review_count
   from water.reservoirs r
   join water.seller_reservoirs s on s.account_id = r.account_id and s.reservoir_id = r.reservoir_id
     and s.seller_availability_status = 'AVAILABLE'
   join water.seller_profiles p on p.account_id = r.account_id and p.status = 'ACTIVE'
   join lateral (
     select k.currency, k.base_price_per_liter, k.delivery_fee_minor from water.price_rules k
     where k.account_id = r.account_id and k.reservoir_id = r.reservoir_id and k.validity @> now()
       and ($4::numeric is null or k.volume_band @> $4::numeric) and ($5::text is null or k.currency = $5)
     order by k.price_rule_id limit 1
   ) rule on true
   where r.lat is not null and earth_box(ll_to_earth($1, $2), $3) @> ll_to_earth(r.lat, r.lng)
     and earth_distance(ll_to_earth(r.lat, r.lng), ll_to_earth($1, $2)) <= $3
     and ($6::float8 is null or ll_to_earth(r.lat, r.lng) <-> ll_to_earth($1, $2) > $6
       or (ll_to_earth(r.lat, r.lng) <-> ll_to_earth($1, $2) = $6 and r.reservoir_id > $7::uuid))
   order by ll_to_earth(r.lat, r.lng) <-> ll_to_earth($1, $2), r.reservoir_id
   limit $8`,
);

const sellerOf = statement('listing.seller', 'select account_id from water.seller_reservoirs where reservoir_id = $1');

/** What anyone may see, without an account: read as millrace_market, which can see nothing else. */
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
      const { rows } = await market.query<{ account_id: string }>({ ...sellerOf, values: [reservoirId] });
      return rows[0]?.account_id;
    },
  };
}
export type ListingViews = ReturnType<typeof createListingViews>;
