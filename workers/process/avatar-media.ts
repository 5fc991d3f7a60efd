import { createImages } from '../../activities/shared/images.js';
import type { Objects } from '../../activities/shared/objects.js';
import type { AvatarMedia } from '../../api/identity/avatar/avatar.routes.js';
import { crashPoint } from '../../db/connection/crash-point.js';
import { newId } from '../../db/shared/id.js';
import { keptAvatarMediaType } from '../../workflows/identity/avatar.rules.js';

const maxBytes = 2 * 2 ** 20;

/** Pictures of people and accounts: redrawn in processes of their own, kept as objects. */
export function createAvatarMedia({
  objects,
  assertRoom,
}: {
  objects: Pick<Objects, 'open' | 'put'>;
  assertRoom: () => Promise<void>;
}): AvatarMedia {
  return {
    assertRoom,
    redraw: createImages().redraw,
    async put(accountId, picture) {
      const facts = {
        objectId: newId(),
        kind: 'avatar',
        mediaType: keptAvatarMediaType,
        maxBytes,
      };
      const object = await objects.put(accountId, facts, bytesOf(picture));
      crashPoint('avatar.before-row');
      return object;
    },
    open: objects.open,
  };
}

async function* bytesOf(picture: Buffer): AsyncGenerator<Uint8Array> {
  yield picture;
}
