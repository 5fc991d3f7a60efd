import { staffRecords } from '../../../db/identity/staff/staff.records.js';
import { userOversightViews } from '../../../db/identity/staff/user-oversight.views.js';
import {
  platformCapabilities,
  type PlatformRole,
} from '../../../workflows/identity/staff/platform-role.contract.js';
import type { UserStatusAction } from '../../../workflows/identity/staff/user-status.rules.js';
import { failure } from '../../../workflows/shared/failure.js';
import type { Caller } from '../../route/caller.js';
import { platformAdmin, platformStaff, route, type Route } from '../../route/route.js';
import type { Cursors } from '../../shared/cursor.js';
import {
  overseenUser,
  overseenUsers,
  staffMember,
  userChange,
  userQuery,
} from './staff.schemas.js';

const tag = 'Oversight';
const path = '/v1/internal/users';

const roleOf = ({ isPlatformAdmin }: Pick<Caller, 'isPlatformAdmin'>): PlatformRole =>
  isPlatformAdmin ? 'PLATFORM_ADMIN' : 'SUPPORT';

export const createOverseenUserRoutes = ({ cursors }: { cursors: Cursors }): Route[] => [
  createSelfRoute(),
  ...createUserRoutes(cursors),
  createStatusRoute('lock', 'Lock a user out, until unlocked', platformStaff()),
  createStatusRoute('unlock', 'Let a locked user in again', platformStaff()),
  createStatusRoute('disable', 'Disable a user, whose API keys end for good', platformAdmin()),
  createStatusRoute('enable', 'Let a disabled user in again', platformAdmin()),
  ...createSignInRoutes(),
];

function createSelfRoute(): Route {
  return route({
    method: 'get',
    path: '/v1/internal/me',
    operationId: 'getInternalMe',
    summary: 'Which platform role I have, and what it may do',
    tag,
    access: platformStaff(),
    audit: { exempt: 'reads nothing of anybody else' },
    responses: { 200: staffMember },
  }).handledBy(async ({ caller }) => {
    const role = roleOf(caller);
    return {
      status: 200,
      body: {
        is_admin: role === 'PLATFORM_ADMIN',
        admin_role: role,
        principal_id: caller.principalId,
        capabilities: [...platformCapabilities[role]],
      },
    };
  });
}

function createUserRoutes(allCursors: Cursors): Route[] {
  const cursors = allCursors.of('overseen-users');

  const listUsers = route({
    method: 'get',
    path,
    operationId: 'listInternalUsers',
    summary: 'List the users, newest first',
    tag,
    access: platformStaff(),
    audit: { action: 'user.oversee', subject: 'user', id: null },
    query: userQuery,
    responses: { 200: overseenUsers },
  }).handledBy(async ({ scope, query }) => {
    const { q: part = null, status = null } = query;
    return {
      status: 200,
      body: await cursors.list(
        query,
        (before: string | null, limit) =>
          userOversightViews(scope).page({ part, status }, before, limit),
        ({ user_id: userId }) => userId,
      ),
    };
  });

  const readUser = route({
    method: 'get',
    path: `${path}/:user_id`,
    operationId: 'getInternalUser',
    summary: 'Read a user',
    tag,
    access: platformStaff(),
    audit: { action: 'user.oversee', subject: 'user' },
    responses: { 200: overseenUser },
    errors: ['RESOURCE_NOT_FOUND'],
  }).handledBy(async ({ scope, params }) => {
    const user = await userOversightViews(scope).user(params.user_id);
    if (!user) throw failure('RESOURCE_NOT_FOUND');
    return { status: 200, body: user };
  });

  return [listUsers, readUser];
}

function createStatusRoute(
  action: UserStatusAction,
  summary: string,
  access: ReturnType<typeof platformStaff> | ReturnType<typeof platformAdmin>,
): Route {
  return route({
    method: 'post',
    path: `${path}/:user_id/${action}`,
    operationId: `${action}User`,
    summary,
    description:
      'Again it changes nothing. With a lock or the disabling all sessions and sign-ins under way end within a second. The last ' +
      'platform admin stays, and SUPPORT touches no platform admin.',
    tag,
    access,
    audit: { action: `user.${action}`, subject: 'user' },
    responses: { 200: userChange },
    errors: ['RESOURCE_NOT_FOUND', 'CONFLICT', 'FORBIDDEN', 'LAST_PLATFORM_ADMIN'],
  }).handledBy(async ({ scope, params, caller }) => {
    const orphaned = await staffRecords(scope, roleOf(caller)).changeStatus(params.user_id, action);
    return { status: 200, body: { status: 'OK', orphaned_accounts: orphaned } };
  });
}

function createSignInRoutes(): Route[] {
  const done = { status: 200 as const, body: { status: 'OK' as const, orphaned_accounts: [] } };

  const endSessions = route({
    method: 'post',
    path: `${path}/:user_id/sessions/revoke`,
    operationId: 'endUserSessions',
    summary: "End all of a user's sessions",
    tag,
    access: platformStaff(),
    audit: { action: 'user.end-sessions', subject: 'user' },
    responses: { 200: userChange },
    errors: ['RESOURCE_NOT_FOUND', 'FORBIDDEN'],
  }).handledBy(async ({ scope, params, caller }) => {
    await staffRecords(scope, roleOf(caller)).endSessions(params.user_id);
    return done;
  });

  const resetMfa = route({
    method: 'post',
    path: `${path}/:user_id/mfa/reset`,
    operationId: 'resetUserMfa',
    summary: "End a user's second factor, where it was lost",
    description: 'With the recovery codes. The user is told.',
    tag,
    access: platformAdmin(),
    audit: { action: 'user.reset-mfa', subject: 'user' },
    responses: { 200: userChange },
    errors: ['RESOURCE_NOT_FOUND'],
  }).handledBy(async ({ scope, params, caller }) => {
    await staffRecords(scope, roleOf(caller)).resetSecondFactor(params.user_id);
    return done;
  });

  return [endSessions, resetMfa];
}
