const uuid = '([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})';
const pattern = new RegExp(`^/v1/media/avatars/${uuid}/${uuid}$`);

/** The picture named by a path; undefined for any other text. */
export function avatarOfUri(uri: string): { principalId: string; avatarId: string } | undefined {
  const [, principalId, avatarId] = pattern.exec(uri) ?? [];
  return principalId === undefined || avatarId === undefined
    ? undefined
    : { principalId, avatarId };
}
