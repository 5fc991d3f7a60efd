import { platformAccountId } from '../../../db/connection/database.js';
import { grantRecords, type ResourceFinder } from '../../../db/identity/member/grant.records.js';
import { grantViews } from '../../../db/identity/member/grant.views.js';
import { memberEditors } from '../../../workflows/identity/member.rules.js';
import { failure } from '../../../workflows/shared/failure.js';
import { member, route, type Route } from '../../route/route.js';
import { pageQuery } from '../../route/schema.js';
import type { RecordRouteParts } from '../../shared/route-parts.js';
import { givenGrant, grants, newGrant } from './member.schemas.js';

interface GrantRouteParts extends RecordRouteParts {
  findResource: ResourceFinder;
}

const tag = 'Members';
const path = '/v1/accounts/:account_id/members/:user_id/grants';

export function createGrantRoutes(parts: GrantRouteParts): Route[] {
  const { database, findResource } = parts;
  const cursors = parts.cursors.of('grants');
  // Rows of people are the platform's.
  const people = database.reads({ accountId: platformAccountId });

  const giveGrant = route({
    method: 'post',
    path,
    summary: 'Give a member a role on one resource',
    description:
      'It opens that resource and what lies in it. Another role on the same resource replaces the one before (200).',
    tag,
    access: member(...memberEditors),
    audit: { action: 'grant.give', subject: 'grant' },
    body: newGrant,
    responses: { 200: givenGrant, 201: givenGrant },
    errors: ['FORBIDDEN', 'RESOURCE_NOT_FOUND'],
  }).handledBy(async ({ scope, params: { account_id: accountId, user_id: userId }, body }) => {
    const { resource_type: resourceType, resource_id: resourceId, role } = body;
    const records = grantRecords(scope, { findResource });
    const { grantId, isNew } = await records.give(userId, { resourceType, resourceId, role });
    const granted = { grant_id: grantId };
    if (!isNew) return { status: 200, body: granted };
    const Location = `/v1/accounts/${accountId}/members/${userId}/grants/${grantId}`;
    return { status: 201, body: granted, headers: { Location } };
  });

  const listGrants = route({
    method: 'get',
    path,
    summary: 'List the roles of a member on single resources',
    tag,
    access: member(),
    query: pageQuery,
    responses: { 200: grants },
    errors: ['RESOURCE_NOT_FOUND'],
  }).handledBy(async ({ accountId, params, query }) => {
    const views = grantViews(people, { accountId, userId: params.user_id });
    if (!(await views.isOfMember())) throw failure('RESOURCE_NOT_FOUND');
    return {
      status: 200,
      body: await cursors.list(query, views.page, ({ grant_id: grantId }) => grantId),
    };
  });

  const revokeGrant = route({
    method: 'delete',
    path: `${path}/:grant_id`,
    summary: 'Take back a role on one resource',
    tag,
    access: member(...memberEditors),
    audit: { action: 'grant.revoke', subject: 'grant' },
    responses: { 204: null },
    errors: ['FORBIDDEN', 'RESOURCE_NOT_FOUND'],
  }).handledBy(async ({ scope, params }) => {
    await grantRecords(scope, { findResource }).revoke(params.user_id, params.grant_id);
    return { status: 204 };
  });

  return [giveGrant, listGrants, revokeGrant];
}
