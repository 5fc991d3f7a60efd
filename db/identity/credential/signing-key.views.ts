import type { LiveKeyState } from '../../../workflows/identity/signing-key.rules.js';
import {
  float,
  listOf,
  orNull,
  text,
  textOf,
  timestamp,
  type Values,
} from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

const publishedKey = {
  kid: text,
  state: textOf<LiveKeyState>(),
  published_at: timestamp,
  active_from: timestamp,
  retire_at: orNull(timestamp),
};
type PublishedKey = Values<typeof publishedKey>;

const publishedKeys = query({
  name: 'signingKey.list',
  row: publishedKey,
  text: `select ${listOf(publishedKey, 'k')} from identity.signing_keys k
   where k.retired_at is null order by k.published_at desc, k.kid`,
});

const currentAge = query({
  name: 'signingKey.age',
  row: { ageSeconds: float },
  text: `select extract(epoch from now() - k.active_from)::float8 as age_seconds
   from identity.signing_keys k where k.state = 'CURRENT'`,
});

/** In a scope of the platform. */
export const signingKeyViews = (scope: ReadScope) => ({
  /** Newest first. */
  list: (): Promise<PublishedKey[]> => scope.read(publishedKeys, {}),
  /** How long the current key has been signed with; undefined where nobody has signed yet. */
  async ageSeconds(): Promise<number | undefined> {
    const [current] = await scope.read(currentAge, {});
    return current?.ageSeconds;
  },
});
