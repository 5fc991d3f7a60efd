import { staffRecords } from '../../../db/identity/staff/staff.records.js';
import { platformAdmin, route, type Route } from '../../route/route.js';
import { ok } from '../session/session.schemas.js';
import { memberGrant, memberRevocation, platformRoleChange } from './staff.schemas.js';

const tag = 'Oversight';
const path = '/v1/internal/users/:user_id/platform-roles';
const done = { status: 200 as const, body: { status: 'OK' as const } };

export const createPlatformRoleRoutes = (): Route[] => [
  ...createRoleRoutes(),
  ...createMembershipRoutes(),
];

function createRoleRoutes(): Route[] {
  const grantRole = route({
    method: 'post',
    path,
    operationId: 'grantPlatformRole',
    summary: 'Give a user a platform role',
    description: 'To an ACTIVE user. Again it changes nothing.',
    tag,
    access: platformAdmin(),
    audit: { action: 'platform-role.grant', subject: 'user' },
    body: platformRoleChange,
    responses: { 200: ok },
    errors: ['RESOURCE_NOT_FOUND', 'CONFLICT'],
  }).handledBy(async ({ scope, params, body }) => {
    await staffRecords(scope, 'PLATFORM_ADMIN').grantRole(params.user_id, body.role);
    return done;
  });

  const revokeRole = route({
    method: 'delete',
    path,
    operationId: 'revokePlatformRole',
    summary: 'Take back a platform role',
    description: 'Felt within a second. The last platform admin who may sign in stays.',
    tag,
    access: platformAdmin(),
    audit: { action: 'platform-role.revoke', subject: 'user' },
    body: platformRoleChange,
    responses: { 200: ok },
    errors: ['RESOURCE_NOT_FOUND', 'LAST_PLATFORM_ADMIN'],
  }).handledBy(async ({ scope, params, body }) => {
    await staffRecords(scope, 'PLATFORM_ADMIN').revokeRole(params.user_id, body.role);
    return done;
  });

  return [grantRole, revokeRole];
}

function createMembershipRoutes(): Route[] {
  const grantMembership = route({
    method: 'post',
    path: '/v1/internal/members/grant',
    operationId: 'grantMembership',
    summary: 'Give a user a role on an account',
    description: 'Where no owner can, as after the only one was disabled.',
    tag,
    access: platformAdmin(),
    audit: { action: 'member.grant', subject: 'user' },
    body: memberGrant,
    responses: { 200: ok },
    errors: ['RESOURCE_NOT_FOUND', 'CONFLICT', 'LAST_OWNER'],
  }).handledBy(async ({ scope, body }) => {
    const { org_principal_id: accountId, user_id: userId, role } = body;
    await staffRecords(scope, 'PLATFORM_ADMIN').grantMembership(accountId, userId, role);
    return done;
  });

  const revokeMembership = route({
    method: 'post',
    path: '/v1/internal/members/revoke',
    operationId: 'revokeMembership',
    summary: "End a user's roles on an account",
    tag,
    access: platformAdmin(),
    audit: { action: 'member.revoke', subject: 'user' },
    body: memberRevocation,
    responses: { 200: ok },
    errors: ['RESOURCE_NOT_FOUND', 'LAST_OWNER'],
  }).handledBy(async ({ scope, body }) => {
    const { org_principal_id: accountId, user_id: userId } = body;
    await staffRecords(scope, 'PLATFORM_ADMIN').revokeMembership(accountId, userId);
    return done;
  });

  return [grantMembership, revokeMembership];
}
