import type { ListingView, ListingViews } from '../../db/water/listing.views.js';
import { totalMinor } from '../../workflows/water/price.rules.js';
import type { Cursors } from '../shared/cursor.js';
import { anyone, route, type Route } from '../route/route.js';
import { page } from '../route/schema.js';
import { listing, listingQuery } from './listing.schemas.js';
import { amount } from './order-answer.schemas.js';

interface ListingRouteParts {
  listings: ListingViews;
  cursors: Cursors;
}

export function createListingRoutes({ listings, cursors: allCursors }: ListingRouteParts): Route[] {
  const cursors = allCursors.of('listings');
  const listListings = route({
    method: 'get',
    path: '/v1/marketplace/reservoir-listings',
    operationId: 'listReservoirListings',
    summary: 'Find water for sale, nearest first',
    description: 'With a volume, only sellers with a price for it, and what it would cost.',
    tag: 'Marketplace',
    access: anyone(),
    limit: 'search',
    query: listingQuery,
    responses: { 200: page(listing) },
  }).handledBy(async ({ query }) => {
    const {
      lat,
      lng,
      limit,
      requested_volume_liters: volumeLiters = null,
      currency = null,
    } = query;
    const radiusMeters = query.within_radius_km * 1000;
    const after = (cursors.decode(query.cursor) as [number, string] | undefined) ?? null;
    const rows = await listings.search({
      lat,
      lng,
      radiusMeters,
      volumeLiters,
      currency,
      after,
      limit: limit + 1,
    });
    const { items, next_cursor } = cursors.page(rows, limit, (row) => [
      row.chord,
      row.seller_reservoir_id,
    ]);
    return {
      status: 200,
      body: { items: items.map((row) => wire(row, volumeLiters)), next_cursor },
    };
  });

  return [listListings];
}

const wire = (row: ListingView, volumeLiters: number | null) => ({
  seller_reservoir_id: row.seller_reservoir_id,
  seller_principal_id: row.seller_principal_id,
  location: { lat: row.lat, lng: row.lng },
  distance_m: row.distance_m,
  currency: row.currency,
  estimated_total: volumeLiters === null ? null : amount(estimate(row, volumeLiters), row.currency),
  seller: {
    display_name: row.display_name,
    is_verified: row.is_verified,
    average_rating: row.average_rating,
    review_count: row.review_count,
  },
});

const estimate = (row: ListingView, volumeLiters: number): number =>
  totalMinor(volumeLiters, {
    currency: row.currency,
    basePricePerLiter: row.base_price_per_liter,
    deliveryFeeMinor: row.delivery_fee_minor,
  });
