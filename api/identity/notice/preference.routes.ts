import type { Database, ReadScope } from '../../../db/connection/database.js';
import { databaseNow } from '../../../db/connection/database-clock.js';
import { subscriptionViews } from '../../../db/identity/account/subscription.views.js';
import { preferenceRecords } from '../../../db/identity/notice/preference.records.js';
import { contactsOf, preferenceViews } from '../../../db/identity/notice/preference.views.js';
import {
  capabilityOf,
  preferenceTree,
  togglesOf,
  valueOf,
  type QuietHours,
} from '../../../workflows/identity/notice/preference.rules.js';
import { isTimeZone, quietUntilMs } from '../../../workflows/identity/notice/quiet-hours.rules.js';
import { failure } from '../../../workflows/shared/failure.js';
import { member, route, type Route } from '../../route/route.js';
import { capabilities, preferencePatch, preferences } from './preference.schemas.js';

const tag = 'Alerts';
const path = '/v1/accounts/:account_id/notification-preferences';

export function createPreferenceRoutes({
  database,
}: {
  database: Pick<Database, 'reads'>;
}): Route[] {
  const readPreferences = route({
    method: 'get',
    path,
    summary: 'What I want to be told of an account, by which way and when',
    tag,
    access: member(),
    responses: { 200: preferences },
  }).handledBy(async ({ scope, caller }) => ({
    status: 200,
    body: await ownPreferences(scope, caller.principalId),
  }));

  const updatePreferences = route({
    method: 'patch',
    path,
    summary: 'Change what I want to be told of an account',
    description:
      'A JSON Merge Patch, also of the tree. Security is told in the application and by mail whatever happens.',
    tag,
    access: member(),
    audit: { action: 'notification-preferences.update', subject: 'account' },
    body: preferencePatch,
    responses: { 200: preferences },
  }).handledBy(async ({ scope, caller, body }) => {
    const quietHours = body.quiet_hours;
    if (quietHours) assertPossible(quietHours);
    await preferenceRecords(scope).update(togglesOf(body.events ?? {}), quietHours);
    return { status: 200, body: await ownPreferences(scope, caller.principalId) };
  });

  const readCapabilities = route({
    method: 'get',
    path: '/v1/accounts/:account_id/notification-capabilities',
    summary: 'Which of my messages go out now, and what stands in the way of the others',
    tag,
    access: member(),
    responses: { 200: capabilities },
  }).handledBy(async ({ scope, caller: { principalId } }) => {
    const views = preferenceViews(scope);
    const [{ toggles }, hasPushToken, entitlements, contacts] = await Promise.all([
      views.ofMember(principalId),
      views.hasPushToken(principalId),
      subscriptionViews(scope).entitlements(),
      contactsOf(database.reads({ principalId })),
    ]);
    const features = entitlements?.status === 'ACTIVE' ? entitlements.features : new Set<string>();
    const prerequisites = { ...contacts, hasPushToken, features };
    const events = preferenceTree((toggle) => capabilityOf(toggles, toggle, prerequisites));
    return { status: 200, body: { events } };
  });

  return [readPreferences, updatePreferences, readCapabilities];
}

async function ownPreferences(scope: ReadScope, principalId: string) {
  const { toggles, quietHours } = await preferenceViews(scope).ofMember(principalId);
  const untilMs = quietHours ? quietUntilMs(quietHours, databaseNow()) : undefined;
  return {
    events: preferenceTree((toggle) => valueOf(toggles, toggle)),
    quiet_hours: quietHours,
    quiet_until: untilMs === undefined ? null : new Date(untilMs).toISOString(),
  };
}

function assertPossible({ start, end, time_zone: zone }: QuietHours): void {
  const errors = [
    ...(isTimeZone(zone)
      ? []
      : [{ path: '/quiet_hours/time_zone', message: 'is no time zone of the IANA database' }]),
    ...(start === end ? [{ path: '/quiet_hours/end', message: 'must not be the start' }] : []),
  ];
  if (errors.length > 0) throw failure('VALIDATION_ERROR', { errors });
}
