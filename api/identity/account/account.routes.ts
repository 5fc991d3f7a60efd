import type { AccountOpeningRecords } from '../../../db/identity/account/account-opening.records.js';
import { accountRecords } from '../../../db/identity/account/account.records.js';
import { accountViews } from '../../../db/identity/account/account.views.js';
import type { ReadScope } from '../../../db/connection/database.js';
import { memberEditors } from '../../../workflows/identity/member.rules.js';
import { failure } from '../../../workflows/shared/failure.js';
import type { CallerViews } from '../../../db/identity/session/caller.views.js';
import type { Authenticator, Caller } from '../../route/caller.js';
import { member, route, signedIn, type Route } from '../../route/route.js';
import {
  account,
  accountPatch,
  accountProfile,
  accountProfilePatch,
  newAccount,
  openedAccount,
} from './account.schemas.js';

const tag = 'Accounts';
const path = '/v1/accounts/:account_id';
const profilePath = `${path}/profile` as const;

interface AccountParts {
  openings: AccountOpeningRecords;
  authenticator: Pick<Authenticator, 'forget'>;
  /** Of the sessions of a principal. */
  callers: (principalId: string) => CallerViews;
}

export const createAccountRoutes = (parts: AccountParts): Route[] => [
  createOpeningRoute(parts),
  ...createDescriptionRoutes(parts),
  ...createProfileRoutes(),
];

function createOpeningRoute({ openings, authenticator }: AccountParts): Route {
  return route({
    method: 'post',
    path: '/v1/accounts',
    summary: 'Open an account for an organisation',
    description:
      'You are its OWNER. Without a subscription it has the plan of a new account; a larger one only where that is open to ' +
      'everybody. A person opens twenty at most.',
    tag,
    access: signedIn(),
    audit: { action: 'account.create', subject: 'account' },
    idempotency: 'none',
    body: newAccount,
    responses: { 201: openedAccount },
    errors: ['FORBIDDEN', 'TOO_MANY_ACCOUNTS'],
  }).handledBy(async ({ caller: { principalId }, body, audited }) => {
    const { subscription, ...description } = body;
    const fields = { ...descriptionOf(description), name: description.name.trim() };
    const chosen = subscription && {
      planId: subscription.plan_id,
      billingPeriod: subscription.billing_period,
    };
    const opening = { ...fields, subscription: chosen };
    const accountId = await openings.open(principalId, opening, audited);
    authenticator.forget?.(principalId);
    return {
      status: 201,
      body: { org_id: accountId, org_principal_id: accountId },
      headers: { Location: `/v1/accounts/${accountId}` },
    };
  });
}

function createDescriptionRoutes({ callers }: AccountParts): Route[] {
  const readAccount = route({
    method: 'get',
    path,
    summary: 'Read an account',
    tag,
    access: member(),
    responses: { 200: account },
  }).handledBy(async ({ scope }) => ({ status: 200, body: await currentAccount(scope) }));

  const updateAccount = route({
    method: 'patch',
    path,
    summary: 'Change an account',
    description:
      'A JSON Merge Patch: what is left out stays, null empties. `mfa_required_roles` is for an OWNER in a session with a second ' +
      'factor; members of these roles without one get `403 MFA_REQUIRED_BY_ACCOUNT` here from then on.',
    tag,
    access: member(...memberEditors),
    audit: { action: 'account.update', subject: 'account' },
    body: accountPatch,
    responses: { 200: account },
    errors: ['FORBIDDEN'],
  }).handledBy(async ({ scope, caller, accountId, body }) => {
    const { mfa_required_roles: mfaRequiredRoles, ...description } = body;
    if (mfaRequiredRoles !== undefined) await assertMayRequireMfa(callers, caller, accountId);
    await accountRecords(scope).describe({ ...descriptionOf(description), mfaRequiredRoles });
    return { status: 200, body: await currentAccount(scope) };
  });

  return [readAccount, updateAccount];
}

/** Nobody asks of others what the own session lacks, nor shuts the own session out. */
async function assertMayRequireMfa(
  callers: AccountParts['callers'],
  { memberships, principalId, sessionId }: Caller,
  accountId: string,
): Promise<void> {
  const isOwner = memberships.some((each) => each.accountId === accountId && each.role === 'OWNER');
  if (!isOwner) throw failure('FORBIDDEN', { reason: 'OWNER_REQUIRED' });
  if (sessionId === null || !(await callers(principalId).hasSecondFactor(sessionId)))
    throw failure('FORBIDDEN', { reason: 'SECOND_FACTOR_REQUIRED' });
}

function createProfileRoutes(): Route[] {
  const readAccountProfile = route({
    method: 'get',
    path: profilePath,
    operationId: 'getAccountProfile',
    summary: 'What an account shows of itself',
    tag,
    access: member(),
    responses: { 200: accountProfile },
  }).handledBy(async ({ scope }) => ({ status: 200, body: await currentProfile(scope) }));

  const updateAccountProfile = route({
    method: 'patch',
    path: profilePath,
    operationId: 'updateAccountProfile',
    summary: 'Change what an account shows of itself',
    description:
      'A JSON Merge Patch: what is left out stays, null empties. A picture is uploaded first, and the one before goes.',
    tag,
    access: member(...memberEditors),
    audit: { action: 'account.update-profile', subject: 'account' },
    body: accountProfilePatch,
    responses: { 200: accountProfile },
  }).handledBy(async ({ scope, body }) => {
    await accountRecords(scope).describe({
      name: body.org_name?.trim(),
      displayName: trimmed(body.display_name),
      avatarUri: body.avatar_uri,
    });
    return { status: 200, body: await currentProfile(scope) };
  });

  return [readAccountProfile, updateAccountProfile];
}

async function currentAccount(scope: ReadScope) {
  const view = await accountViews(scope).current();
  if (!view) throw failure('RESOURCE_NOT_FOUND');
  return view;
}

async function currentProfile(scope: ReadScope) {
  const view = await accountViews(scope).profile();
  if (!view) throw failure('RESOURCE_NOT_FOUND');
  return view;
}

interface Description {
  name?: string;
  legal_name?: string | null;
  country_code?: string | null;
  region?: string | null;
  city?: string | null;
}

const descriptionOf = (body: Description) => ({
  name: body.name?.trim(),
  legalName: trimmed(body.legal_name),
  countryCode: body.country_code,
  region: trimmed(body.region),
  city: trimmed(body.city),
});

const trimmed = (name: string | null | undefined) => name?.trim() ?? name;
