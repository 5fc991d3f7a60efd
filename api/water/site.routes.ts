import type { Static } from 'typebox';
import type { ReadScope } from '../../db/connection/database.js';
import { siteRecords, type SitePatch } from '../../db/water/site.records.js';
import { siteViews } from '../../db/water/site.views.js';
import { policy } from '../../workflows/identity/policy.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import type { RecordRouteParts } from '../shared/route-parts.js';
import { member, resource, route, type Route } from '../route/route.js';
import { page, pageQuery } from '../route/schema.js';
import { newSite, site, sitePatch } from './site.schemas.js';

const editors = policy['water.edit'];

export function createSiteRoutes({
  cursors: allCursors,
}: Pick<RecordRouteParts, 'cursors'>): Route[] {
  const cursors = allCursors.of('sites');

  const createSite = route({
    method: 'post',
    path: '/v1/accounts/:account_id/sites',
    summary: 'Create a site',
    tag: 'Sites',
    access: member(...editors),
    scope: 'water.write',
    audit: { action: 'site.create', subject: 'site' },
    uses: 'sites',
    body: newSite,
    responses: { 201: site },
  }).handledBy(async ({ scope, body }) => {
    const siteId = await siteRecords(scope).create({ ...fieldsOf(body), name: body.name });
    return {
      status: 201,
      body: await findSite(scope, siteId),
      headers: { Location: `/v1/sites/${siteId}` },
    };
  });

  const listSites = route({
    method: 'get',
    path: '/v1/accounts/:account_id/sites',
    summary: 'List the sites of an account',
    tag: 'Sites',
    access: member(),
    scope: 'water.read',
    query: pageQuery,
    responses: { 200: page(site) },
  }).handledBy(async ({ scope, query }) => ({
    status: 200,
    body: await cursors.list(query, siteViews(scope).page, ({ site_id }) => site_id),
  }));

  const readSite = route({
    method: 'get',
    path: '/v1/sites/:site_id',
    summary: 'Read a site',
    tag: 'Sites',
    access: resource('site', 'site_id'),
    scope: 'water.read',
    responses: { 200: site },
  }).handledBy(async ({ scope, params }) => ({
    status: 200,
    body: await findSite(scope, params.site_id),
  }));

  const updateSite = route({
    method: 'patch',
    path: '/v1/sites/:site_id',
    summary: 'Change a site',
    description:
      'A JSON Merge Patch: what is left out stays, null empties. A location is replaced whole.',
    tag: 'Sites',
    access: resource('site', 'site_id', ...editors),
    scope: 'water.write',
    audit: { action: 'site.update', subject: 'site' },
    body: sitePatch,
    responses: { 200: site },
    concurrency: 'if-match',
  }).handledBy(async ({ scope, params, body, ifMatch }) => {
    await siteRecords(scope).update(params.site_id, ifMatch, fieldsOf(body));
    return { status: 200, body: await findSite(scope, params.site_id) };
  });

  const deleteSite = route({
    method: 'delete',
    path: '/v1/sites/:site_id',
    summary: 'Delete a site without reservoirs',
    tag: 'Sites',
    access: resource('site', 'site_id', ...editors),
    scope: 'water.write',
    audit: { action: 'site.delete', subject: 'site' },
    responses: { 204: null },
    errors: ['SITE_IN_USE'],
  }).handledBy(async ({ scope, params }) => {
    await siteRecords(scope).delete(params.site_id);
    return { status: 204 };
  });

  return [createSite, listSites, readSite, updateSite, deleteSite];
}

async function findSite(scope: ReadScope, siteId: string) {
  const view = await siteViews(scope).byId(siteId);
  if (!view) throw failure('RESOURCE_NOT_FOUND');
  return view;
}

/** A location left out stays, and null empties both columns. */
const fieldsOf = (body: Static<typeof sitePatch>): SitePatch => ({
  name: body.name,
  siteType: body.site_type,
  lat: body.location === null ? null : body.location?.lat,
  lng: body.location === null ? null : body.location?.lng,
  address: body.address,
  zoneId: body.zone_id,
});
