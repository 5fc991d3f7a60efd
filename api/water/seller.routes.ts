import { createSellerRecords } from '../../db/water/seller.records.js';
import { createSellerViews } from '../../db/water/seller.views.js';
import { failure } from '../../workflows/shared/failure.js';
import { member, route, type Route } from '../shared/route.js';
import { page, pageQuery } from '../shared/schema.js';
import {
  newSellerProfile,
  sellerProfile,
  sellerProfilePatch,
  sellerReservoir,
  sellerReservoirPatch,
} from './seller.schemas.js';
import type { RecordRouteParts } from './site.routes.js';

const editors = ['OWNER', 'ADMIN', 'MANAGER'] as const;
const profilePath = '/v1/accounts/:account_id/seller-profile';

export function createSellerRoutes({ database, cursors: allCursors }: RecordRouteParts): Route[] {
  const records = createSellerRecords(database);
  const views = createSellerViews(database.read);
  const cursors = allCursors.of('seller-reservoirs');

  async function profileOf(accountId: string) {
    const profile = await views.profile(accountId);
    if (!profile) throw failure('RESOURCE_NOT_FOUND');
    return profile;
  }

  return [
    route({
      method: 'post',
      path: profilePath,
      summary: 'Become a seller',
      tag: 'Marketplace',
      access: member(...editors),
      audit: { action: 'seller-profile.create', subject: 'account' },
      body: newSellerProfile,
      responses: { 201: sellerProfile },
      errors: ['SELLER_PROFILE_EXISTS'],
    }).handledBy(async ({ accountId, caller: { principalId }, body: { status, display_name: displayName } }) => {
      await records.createProfile({ accountId, principalId }, { status, displayName });
      const Location = `/v1/accounts/${accountId}/seller-profile`;
      return { status: 201, body: await profileOf(accountId), headers: { Location } };
    }),

    route({
      method: 'get',
      path: profilePath,
      summary: "Read the account's seller profile",
      tag: 'Marketplace',
      access: member(),
      responses: { 200: sellerProfile },
    }).handledBy(async ({ accountId }) => ({ status: 200, body: await profileOf(accountId) })),

    route({
      method: 'patch',
      path: profilePath,
      summary: "Change the account's seller profile",
      tag: 'Marketplace',
      access: member(...editors),
      audit: { action: 'seller-profile.update', subject: 'account' },
      body: sellerProfilePatch,
      responses: { 200: sellerProfile },
    }).handledBy(async ({ accountId, caller: { principalId }, body }) => {
      const patch = {
        ...(body.status === undefined ? {} : { status: body.status }),
        ...(body.display_name === undefined ? {} : { displayName: body.display_name }),
      };
      await records.updateProfile({ accountId, principalId }, patch);
      return { status: 200, body: await profileOf(accountId) };
    }),

    route({
      method: 'get',
      path: '/v1/accounts/:account_id/seller/reservoirs',
      summary: 'List the reservoirs of the account as its seller sees them',
      tag: 'Marketplace',
      access: member(),
      query: pageQuery,
      responses: { 200: page(sellerReservoir) },
    }).handledBy(async ({ accountId, query: { limit, cursor } }) => {
      const [after = null] = cursors.decode(cursor) ?? [];
      const rows = await views.reservoirs(accountId, after as string | null, limit + 1);
      return { status: 200, body: cursors.page(rows, limit, ({ seller_reservoir_id }) => [seller_reservoir_id]) };
    }),

    route({
      method: 'patch',
      path: '/v1/accounts/:account_id/seller/reservoirs/:reservoir_id',
      summary: 'Offer a reservoir, or take it off the market',
      tag: 'Marketplace',
      access: member(...editors),
      audit: { action: 'seller-reservoir.update', subject: 'reservoir' },
      body: sellerReservoirPatch,
      responses: { 200: sellerReservoir },
    }).handledBy(async ({ accountId, caller: { principalId }, params, body }) => {
      const reservoirId = params.reservoir_id;
      await records.setAvailability({ accountId, principalId }, reservoirId, body.seller_availability_status);
      const reservoir = await views.reservoir(accountId, reservoirId);
      if (!reservoir) throw failure('RESOURCE_NOT_FOUND');
      return { status: 200, body: reservoir };
    }),
  ];
}
