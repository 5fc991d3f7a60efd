/** A picture's largest upload. */
export const maxAvatarBytes = 5 * 2 ** 20;
/** The longer side of a picture as kept, at most. */
export const avatarSidePixels = 512;
export const avatarUploadMs = 600_000;
export const avatarMediaTypes = ['image/png', 'image/jpeg', 'image/webp'] as const;
/** Of a picture as kept, whatever was uploaded. */
export const keptAvatarMediaType = 'image/webp';

export const avatarUriOf = (principalId: string, avatarId: string): string =>
  `/v1/media/avatars/${principalId}/${avatarId}`;

const uuid = '([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})';
const pattern = new RegExp(`^/v1/media/avatars/${uuid}/${uuid}$`);

/** The picture named by a path; undefined for any other text. */
export function avatarOfUri(uri: string): { principalId: string; avatarId: string } | undefined {
  const [, principalId, avatarId] = pattern.exec(uri) ?? [];
  return principalId === undefined || avatarId === undefined
    ? undefined
    : { principalId, avatarId };
}
