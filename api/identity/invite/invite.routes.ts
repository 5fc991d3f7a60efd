import { inviteRecords, type InviteParts } from '../../../db/identity/invite/invite.records.js';
import { inviteViews } from '../../../db/identity/invite/invite.views.js';
import { memberEditors } from '../../../workflows/identity/member.rules.js';
import { recipientsOf } from '../../../workflows/identity/user.rules.js';
import { identifiersOf } from '../../route/identifier.js';
import { member, route, type Route } from '../../route/route.js';
import { pageQuery } from '../../route/schema.js';
import type { Cursors } from '../../shared/cursor.js';
import { ok } from '../session/session.schemas.js';
import { invites, issuedInvite, newInvite } from './invite.schemas.js';

interface InviteRouteParts extends InviteParts {
  cursors: Cursors;
}

const tag = 'Members';
const path = '/v1/accounts/:account_id/invites';

export const createInviteRoutes = (parts: InviteRouteParts): Route[] => [
  createIssueRoute(parts),
  createListRoute(parts),
  createRevocationRoute(parts),
];

function createIssueRoute(parts: InviteRouteParts): Route {
  return route({
    method: 'post',
    path: '/v1/accounts/:account_id/members/invite',
    operationId: 'inviteMember',
    summary: 'Invite a person into an account',
    description:
      'By mail or SMS, to a role on the account, or on `site_ids` alone. Nobody invites above their own role. An open invite of ' +
      'the same person is the same invite with the newest role (200), and another message goes out unless one just did.',
    tag,
    access: member(...memberEditors),
    audit: { action: 'invite.issue', subject: 'invite', id: 'invite_token_id' },
    answersSecret: true,
    body: newInvite,
    responses: { 200: issuedInvite, 201: issuedInvite },
    errors: ['FORBIDDEN', 'RESOURCE_NOT_FOUND', 'CONFLICT', 'INVITE_LIMIT_REACHED'],
  }).handledBy(async ({ scope, accountId, body }) => {
    const [recipient] = recipientsOf(identifiersOf(body));
    if (!recipient) throw new Error('an invite has a target');
    const { proposed_role: role = 'VIEWER', site_ids: siteIds } = body;
    const records = inviteRecords(scope, parts);
    const { isNew, ...issued } = await records.issue({ recipient, role, siteIds });
    const answer = {
      invite_token_id: issued.inviteId,
      invite_code: issued.code,
      status: issued.status,
      expires_at: issued.expiresAt,
    };
    if (!isNew) return { status: 200, body: answer };
    const Location = `/v1/accounts/${accountId}/invites`;
    return { status: 201, body: answer, headers: { Location } };
  });
}

function createListRoute({ cursors: allCursors }: InviteRouteParts): Route {
  const cursors = allCursors.of('invites');
  return route({
    method: 'get',
    path,
    summary: 'List the invites into an account, newest first',
    tag,
    access: member(...memberEditors),
    query: pageQuery,
    responses: { 200: invites },
  }).handledBy(async ({ scope, query }) => ({
    status: 200,
    body: await cursors.list(
      query,
      (before: string | null, limit) => inviteViews(scope).page(before, limit),
      ({ invite_token_id: inviteId }) => inviteId,
    ),
  }));
}

function createRevocationRoute(parts: InviteRouteParts): Route {
  return route({
    method: 'post',
    path: `${path}/:invite_token_id/revoke`,
    summary: 'Take back an invite',
    description: 'Again it changes nothing. An invite that was accepted is a membership to end.',
    tag,
    access: member(...memberEditors),
    audit: { action: 'invite.revoke', subject: 'invite', id: 'invite_token_id' },
    responses: { 200: ok },
    errors: ['FORBIDDEN', 'RESOURCE_NOT_FOUND', 'CONFLICT'],
  }).handledBy(async ({ scope, params }) => {
    const records = inviteRecords(scope, parts);
    await records.revoke(params.invite_token_id);
    return { status: 200, body: { status: 'OK' } };
  });
}
