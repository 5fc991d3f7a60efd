import type { Static } from 'typebox';
import type { Database } from '../../../db/connection/database.js';
import type { ProfilePatch, ProfileRecords } from '../../../db/identity/profile/profile.records.js';
import { profileViews } from '../../../db/identity/profile/profile.views.js';
import { failure } from '../../../workflows/shared/failure.js';
import { route, signedIn, type Route } from '../../route/route.js';
import { profile, profilePatch } from './profile.schemas.js';

interface ProfileParts {
  database: Pick<Database, 'reads'>;
  profiles: ProfileRecords;
}

export function createProfileRoutes({ database, profiles }: ProfileParts): Route[] {
  // Works for a platform admin too, in the platform's scope.
  const ownProfile = async (principalId: string) => {
    const view = await profileViews(database.reads({ principalId })).own();
    if (!view) throw failure('UNAUTHENTICATED');
    return view;
  };

  const readProfile = route({
    method: 'get',
    path: '/v1/me/profile',
    summary: 'What I say about myself',
    tag: 'Identity',
    access: signedIn(),
    responses: { 200: profile },
  }).handledBy(async ({ caller }) => ({
    status: 200,
    body: await ownProfile(caller.principalId),
  }));

  const updateProfile = route({
    method: 'patch',
    path: '/v1/me/profile',
    summary: 'Change what I say about myself',
    description:
      'A JSON Merge Patch: what is left out stays, null empties. A picture is uploaded first, and the one before goes.',
    tag: 'Identity',
    access: signedIn(),
    audit: { action: 'profile.update', subject: 'user' },
    body: profilePatch,
    responses: { 200: profile },
  }).handledBy(async ({ caller: { principalId }, body, audited }) => {
    await profiles.update(principalId, fieldsOf(body), audited);
    return { status: 200, body: await ownProfile(principalId) };
  });

  return [readProfile, updateProfile];
}

const fieldsOf = (body: Static<typeof profilePatch>): ProfilePatch => ({
  firstName: trimmed(body.first_name),
  lastName: trimmed(body.last_name),
  avatarUri: body.avatar_uri,
  preferredLanguage: body.preferred_language,
  defaultAccountId: body.default_org_id,
});

const trimmed = (name: string | null | undefined) => name?.trim() ?? name;
