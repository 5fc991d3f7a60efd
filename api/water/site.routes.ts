import type { Static } from 'typebox';
import type { Database } from '../../db/shared/database.js';
import { createSiteRecords, type SitePatch } from '../../db/water/site.records.js';
import { createSiteViews } from '../../db/water/site.views.js';
import { failure } from '../../workflows/shared/failure.js';
import type { Cursors } from '../shared/cursor.js';
import { member, resource, route, type Route } from '../shared/route.js';
import { page, pageQuery } from '../shared/schema.js';
import { newSite, site, sitePatch } from './site.schemas.js';

export interface RecordRouteParts {
  database: Database;
  cursors: Cursors;
}

const editors = ['OWNER', 'ADMIN', 'MANAGER'] as const;

export function createSiteRoutes({ database, cursors: allCursors }: RecordRouteParts): Route[] {
  const records = createSiteRecords(database);
  const views = createSiteViews(database.read);
  const cursors = allCursors.of('sites');

  async function show(accountId: string, siteId: string) {
    const found = await views.byId(accountId, siteId);
    if (!found) throw failure('RESOURCE_NOT_FOUND');
    return found;
  }

  return [
    route({
      method: 'post',
      path: '/v1/accounts/:account_id/sites',
      summary: 'Create a site',
      tag: 'Sites',
      access: member(...editors),
      audit: { action: 'site.create', subject: 'site' },
      uses: 'sites',
      body: newSite,
      responses: { 201: site },
    }).handledBy(async ({ accountId, caller, body }) => {
      const siteId = await records.create(
        { accountId, principalId: caller.principalId },
        { ...fields(body), name: body.name },
      );
      return { status: 201, body: await show(accountId, siteId), headers: { Location: `/v1/sites/${siteId}` } };
    }),

    route({
      method: 'get',
      path: '/v1/accounts/:account_id/sites',
      summary: 'List the sites of an account',
      tag: 'Sites',
      access: member(),
      query: pageQuery,
      responses: { 200: page(site) },
    }).handledBy(async ({ accountId, query: { limit, cursor } }) => {
      const [after = null] = cursors.decode(cursor) ?? [];
      const rows = await views.list(accountId, after as string | null, limit + 1);
      return { status: 200, body: cursors.page(rows, limit, ({ site_id }) => [site_id]) };
    }),

    route({
      method: 'get',
      path: '/v1/sites/:site_id',
      summary: 'Read a site',
      tag: 'Sites',
      access: resource('site', 'site_id'),
      responses: { 200: site },
    }).handledBy(async ({ accountId, params }) => ({ status: 200, body: await show(accountId, params.site_id) })),

    route({
      method: 'patch',
      path: '/v1/sites/:site_id',
      summary: 'Change a site',
      description: 'A JSON Merge Patch: what is left out stays, null empties. A location is replaced whole.',
      tag: 'Sites',
      access: resource('site', 'site_id', ...editors),
      audit: { action: 'site.update', subject: 'site' },
      body: sitePatch,
      responses: { 200: site },
      concurrency: 'if-match',
    }).handledBy(async ({ accountId, caller, params, body, ifMatch }) => {
      await records.update({ accountId, principalId: caller.principalId }, params.site_id, ifMatch, fields(body));
      return { status: 200, body: await show(accountId, params.site_id) };
    }),

    route({
      method: 'delete',
      path: '/v1/sites/:site_id',
      summary: 'Delete a site without reservoirs',
      tag: 'Sites',
      access: resource('site', 'site_id', ...editors),
      audit: { action: 'site.delete', subject: 'site' },
      responses: { 204: null },
      errors: ['SITE_IN_USE'],
    }).handledBy(async ({ accountId, caller, params }) => {
      await records.delete({ accountId, principalId: caller.principalId }, params.site_id);
      return { status: 204 };
    }),
  ];
}

/** A location that is left out stays, and null empties both of its columns. */
const fields = (body: Static<typeof sitePatch>): SitePatch => ({
  name: body.name,
  siteType: body.site_type,
  lat: body.location === null ? null : body.location?.lat,
  lng: body.location === null ? null : body.location?.lng,
  address: body.address,
  zoneId: body.zone_id,
});
