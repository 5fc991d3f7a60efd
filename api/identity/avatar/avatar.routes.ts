import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import {
  promiseAvatar,
  type AvatarUploadRecords,
  type PromisedAvatar,
} from '../../../db/identity/avatar/avatar-upload.records.js';
import { avatarViews } from '../../../db/identity/avatar/avatar.views.js';
import type { Database } from '../../../db/connection/database.js';
import type { KeptObject } from '../../../db/platform/object.records.js';
import {
  avatarMediaTypes,
  avatarSidePixels,
  avatarUriOf,
  keptAvatarMediaType,
  maxAvatarBytes,
} from '../../../workflows/identity/avatar.rules.js';
import { memberEditors } from '../../../workflows/identity/member.rules.js';
import { failure } from '../../../workflows/shared/failure.js';
import { anyone, media, member, route, signedIn, type Route } from '../../route/route.js';
import { closedObject } from '../../route/schema.js';
import { avatarUpload, newAvatar, uploadToken } from './avatar.schemas.js';

/** Where pictures are made and kept. */
export interface AvatarMedia {
  /** Throws when the object store has no room for another object. */
  assertRoom(): Promise<void>;
  /** Rejects with failure('INVALID_IMAGE') for bytes other than an image. */
  redraw(image: Readable, mediaType: string, sidePixels: number): Promise<Buffer>;
  /** Keeps the bytes; the row is the caller's to add. */
  put(accountId: string, picture: Buffer): Promise<KeptObject>;
  open(
    accountId: string,
    objectId: string,
  ): Promise<{ object: KeptObject; body: Readable } | undefined>;
}

interface AvatarParts {
  database: Pick<Database, 'reads'>;
  uploads: AvatarUploadRecords;
  avatars: AvatarMedia;
  /** Address of the API. */
  issuer: string;
}

const description =
  'Answers where to PUT the bytes: a PNG, JPEG or WebP of 5 MiB and 40 megapixels at most, within ten minutes, once. ' +
  'It is turned upright, made 512 pixels a side at most, and loses its metadata. Then PATCH the profile with `avatar_uri`.';

export const createAvatarRoutes = (parts: AvatarParts): Route[] => [
  ...createPromiseRoutes(parts),
  createUploadRoute(parts),
  createMediaRoute(parts),
];

function createPromiseRoutes({ uploads, issuer }: AvatarParts): Route[] {
  const answerOf = (
    principalId: string,
    { avatarId, token, uploadUntil }: Awaited<ReturnType<typeof promiseAvatar>>,
  ) => ({
    upload_url: new URL(`/v1/media/avatar-uploads/${token}`, issuer).href,
    avatar_uri: avatarUriOf(principalId, avatarId),
    expires_at: uploadUntil,
  });

  const promiseOwnAvatar = route({
    method: 'post',
    path: '/v1/me/profile/avatar-upload',
    operationId: 'uploadAvatar',
    summary: 'Upload a picture of mine',
    description,
    tag: 'Identity',
    access: signedIn(),
    audit: { action: 'avatar.promise', subject: 'avatar' },
    body: newAvatar,
    responses: { 200: avatarUpload },
  }).handledBy(async ({ caller: { principalId }, audited }) => ({
    status: 200,
    body: answerOf(principalId, await uploads.promiseOwn(principalId, audited)),
  }));

  const promiseAccountAvatar = route({
    method: 'post',
    path: '/v1/accounts/:account_id/profile/avatar-upload',
    operationId: 'uploadAccountAvatar',
    summary: 'Upload a picture of the account',
    description,
    tag: 'Accounts',
    access: member(...memberEditors),
    audit: { action: 'avatar.promise', subject: 'account' },
    body: newAvatar,
    responses: { 200: avatarUpload },
  }).handledBy(async ({ scope, accountId }) => ({
    status: 200,
    body: answerOf(accountId, await promiseAvatar(scope, accountId)),
  }));

  return [promiseOwnAvatar, promiseAccountAvatar];
}

function createUploadRoute({ uploads, avatars }: AvatarParts): Route {
  const store = async (promised: PromisedAvatar, picture: Buffer) =>
    uploads.store(promised, await avatars.put(promised.accountId, picture));

  return route({
    method: 'put',
    path: '/v1/media/avatar-uploads/:upload_token',
    operationId: 'putAvatar',
    summary: 'Send the bytes of a picture',
    description: 'The address is the permission: good for ten minutes, and for one picture.',
    tag: 'Identity',
    access: anyone(),
    params: closedObject({ upload_token: uploadToken }),
    upload: { mediaTypes: avatarMediaTypes, maxBytes: maxAvatarBytes },
    audit: { exempt: 'the promise of the upload is audited, and using the picture' },
    responses: { 204: null },
    errors: ['RESOURCE_NOT_FOUND', 'INVALID_IMAGE'],
  }).handledBy(async ({ params, upload: { body, mediaType } }) => {
    const promised = await uploads.find(params.upload_token);
    if (!promised) throw failure('RESOURCE_NOT_FOUND');
    await avatars.assertRoom();
    await store(promised, await avatars.redraw(body, mediaType, avatarSidePixels));
    return { status: 204 };
  });
}

function createMediaRoute({ database, avatars }: AvatarParts): Route {
  return route({
    method: 'get',
    path: '/v1/media/avatars/:principal_id/:avatar_id',
    operationId: 'readAvatar',
    summary: 'See a picture',
    description:
      'Of a person: for whoever shares an account with them. Of an account: for anybody.',
    tag: 'Identity',
    access: signedIn(),
    responses: { 200: media(keptAvatarMediaType) },
    errors: ['RESOURCE_NOT_FOUND'],
  }).handledBy(async ({ caller, params: { principal_id: principalId, avatar_id: avatarId } }) => {
    const views = avatarViews({ database });
    const named = await views.visible(caller.principalId, { principalId, avatarId });
    const opened = named && (await avatars.open(named.accountId, named.objectId));
    if (!opened) throw failure('RESOURCE_NOT_FOUND');
    return {
      status: 200,
      // A picture as kept is small.
      body: await buffer(opened.body),
      headers: {
        ETag: `"${opened.object.sha256}"`,
        'Content-Disposition': 'inline; filename="avatar.webp"',
      },
    };
  });
}
