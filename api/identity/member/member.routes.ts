import { platformAccountId } from '../../../db/connection/database.js';
import { memberRecords } from '../../../db/identity/member/member.records.js';
import { memberViews } from '../../../db/identity/member/member.views.js';
import { memberEditors } from '../../../workflows/identity/member.rules.js';
import { member, route, type Route } from '../../route/route.js';
import type { RecordRouteParts } from '../../shared/route-parts.js';
import { ok } from '../session/session.schemas.js';
import { memberPatch, memberQuery, members } from './member.schemas.js';

const tag = 'Members';
const path = '/v1/accounts/:account_id/members';

export function createMemberRoutes({ database, cursors: allCursors }: RecordRouteParts): Route[] {
  const cursors = allCursors.of('members');
  // Rows of people are the platform's.
  const people = database.reads({ accountId: platformAccountId });

  const listMembers = route({
    method: 'get',
    path,
    summary: 'List the members of an account',
    description: 'Everybody with a role on the account, or on a single resource of it.',
    tag,
    access: member(),
    query: memberQuery,
    responses: { 200: members },
  }).handledBy(async ({ accountId, query }) => ({
    status: 200,
    body: await cursors.list(
      query,
      (after: string | null, limit) => memberViews(people, accountId).page(query, after, limit),
      ({ user_id: userId }) => userId,
    ),
  }));

  const updateMember = route({
    method: 'patch',
    path: `${path}/:user_id`,
    summary: "Change a member's role",
    description:
      'Nobody gives or touches a role above their own, and an owner who may sign in stays. Felt within a second.',
    tag,
    access: member(...memberEditors),
    audit: { action: 'member.change-role', subject: 'user' },
    body: memberPatch,
    responses: { 200: ok },
    errors: ['FORBIDDEN', 'RESOURCE_NOT_FOUND', 'LAST_OWNER'],
  }).handledBy(async ({ scope, params, body }) => {
    await memberRecords(scope).changeRole(params.user_id, body.role);
    return { status: 200, body: { status: 'OK' } };
  });

  const revokeMember = route({
    method: 'post',
    path: `${path}/:user_id/revoke`,
    summary: 'End a membership, or leave',
    description:
      'With all roles on single resources. Everybody may leave; others are shown out by an OWNER, ADMIN or MANAGER whose ' +
      'role is not below theirs. Again it changes nothing.',
    tag,
    access: member(),
    audit: { action: 'member.revoke', subject: 'user' },
    responses: { 200: ok },
    errors: ['FORBIDDEN', 'RESOURCE_NOT_FOUND', 'LAST_OWNER'],
  }).handledBy(async ({ scope, params }) => {
    await memberRecords(scope).revoke(params.user_id);
    return { status: 200, body: { status: 'OK' } };
  });

  return [listMembers, updateMember, revokeMember];
}
