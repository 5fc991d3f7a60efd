import type { Task } from '../../activities/platform/maintenance.activities.js';
import { crashPoint } from '../../db/connection/crash-point.js';
import { platformAccountId, type Database } from '../../db/connection/database.js';
import { signingKeyStore } from '../../db/identity/credential/signing-key.store.js';
import type { TaskParts } from '../shared/domain.js';

type StoreParts = Parameters<typeof signingKeyStore>[1];
type Store = ReturnType<typeof signingKeyStore>;

/** The task as configured. */
export function openSigningKeyRotation({ resources: { config, database } }: TaskParts): Task {
  return createSigningKeyRotation({
    database,
    sealKey: Buffer.from(config.deriveKey('signing keys'), 'hex'),
    times: { rotateMs: config.SIGNING_KEY_ROTATE_MS, publishMs: config.SIGNING_KEY_PUBLISH_MS },
  });
}

/**
 * Keeps a published key standing by, makes a due key the current key, and removes keys without
 * tokens. A run cut off after any step is finished by the next.
 */
export function createSigningKeyRotation({
  database,
  ...parts
}: StoreParts & { database: Pick<Database, 'transaction'> }): Task {
  const step = <Result>(work: (store: Store) => Promise<Result>): Promise<Result> =>
    database.transaction({ accountId: platformAccountId }, (scope) =>
      work(signingKeyStore(scope, parts)),
    );
  return async (progress) => {
    await step((store) => store.activateDue());
    progress(1);
    if (await step((store) => store.publishNext())) crashPoint('signing-key.before-use');
    progress(2);
    await step((store) => store.removePast());
  };
}
