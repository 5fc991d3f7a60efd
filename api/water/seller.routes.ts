import type { ReadScope } from '../../db/connection/database.js';
import { sellerRecords } from '../../db/water/seller.records.js';
import { sellerViews } from '../../db/water/seller.views.js';
import { policy } from '../../workflows/identity/policy.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import { member, route, type Route } from '../route/route.js';
import { page, pageQuery } from '../route/schema.js';
import {
  newSellerProfile,
  sellerProfile,
  sellerProfilePatch,
  sellerReservoir,
  sellerReservoirPatch,
} from './seller.schemas.js';
import type { RecordRouteParts } from '../shared/route-parts.js';

const editors = policy['water.sell'];
const profilePath = '/v1/accounts/:account_id/seller-profile';

export function createSellerRoutes({
  cursors: allCursors,
}: Pick<RecordRouteParts, 'cursors'>): Route[] {
  const cursors = allCursors.of('seller-reservoirs');

  const createProfile = route({
    method: 'post',
    path: profilePath,
    summary: 'Become a seller',
    tag: 'Marketplace',
    access: member(...editors),
    scope: 'water.write',
    audit: { action: 'seller-profile.create', subject: 'account' },
    body: newSellerProfile,
    responses: { 201: sellerProfile },
    errors: ['SELLER_PROFILE_EXISTS'],
  }).handledBy(async ({ scope, accountId, body: { status, display_name: displayName } }) => {
    await sellerRecords(scope).createProfile({ status, displayName });
    const Location = `/v1/accounts/${accountId}/seller-profile`;
    return { status: 201, body: await profileOf(scope), headers: { Location } };
  });

  const readProfile = route({
    method: 'get',
    path: profilePath,
    summary: "Read the account's seller profile",
    tag: 'Marketplace',
    access: member(),
    scope: 'water.read',
    responses: { 200: sellerProfile },
  }).handledBy(async ({ scope }) => ({ status: 200, body: await profileOf(scope) }));

  const updateProfile = route({
    method: 'patch',
    path: profilePath,
    summary: "Change the account's seller profile",
    tag: 'Marketplace',
    access: member(...editors),
    scope: 'water.write',
    audit: { action: 'seller-profile.update', subject: 'account' },
    body: sellerProfilePatch,
    responses: { 200: sellerProfile },
  }).handledBy(async ({ scope, body }) => {
    await sellerRecords(scope).updateProfile({
      status: body.status,
      displayName: body.display_name,
    });
    return { status: 200, body: await profileOf(scope) };
  });

  const listSellerReservoirs = route({
    method: 'get',
    path: '/v1/accounts/:account_id/seller/reservoirs',
    summary: 'List the reservoirs of the account as its seller sees them',
    tag: 'Marketplace',
    access: member(),
    scope: 'water.read',
    query: pageQuery,
    responses: { 200: page(sellerReservoir) },
  }).handledBy(async ({ scope, query: { limit, cursor } }) => {
    const [after = null] = cursors.decode(cursor) ?? [];
    const rows = await sellerViews(scope).page(after as string | null, limit + 1);
    return {
      status: 200,
      body: cursors.page(rows, limit, ({ seller_reservoir_id }) => [seller_reservoir_id]),
    };
  });

  const updateSellerReservoir = route({
    method: 'patch',
    path: '/v1/accounts/:account_id/seller/reservoirs/:reservoir_id',
    summary: 'Offer a reservoir, or take it off the market',
    tag: 'Marketplace',
    access: member(...editors),
    scope: 'water.write',
    audit: { action: 'seller-reservoir.update', subject: 'reservoir' },
    body: sellerReservoirPatch,
    responses: { 200: sellerReservoir },
  }).handledBy(async ({ scope, params, body }) => {
    const reservoirId = params.reservoir_id;
    await sellerRecords(scope).setAvailability(reservoirId, body.seller_availability_status);
    const reservoir = await sellerViews(scope).reservoir(reservoirId);
    if (!reservoir) throw failure('RESOURCE_NOT_FOUND');
    return { status: 200, body: reservoir };
  });

  return [createProfile, readProfile, updateProfile, listSellerReservoirs, updateSellerReservoir];
}

async function profileOf(scope: ReadScope) {
  const profile = await sellerViews(scope).profile();
  if (!profile) throw failure('RESOURCE_NOT_FOUND');
  return profile;
}
