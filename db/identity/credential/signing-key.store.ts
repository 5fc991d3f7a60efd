import {
  dueKey,
  earliestUse,
  plannedUse,
  retiringMs,
  type SigningKeyTimes,
} from '../../../workflows/identity/signing-key.rules.js';
import type {
  LiveKeyState,
  SigningKeyState,
} from '../../../workflows/identity/signing-key.rules.js';
import {
  arrayOf,
  boolean,
  float,
  listOf,
  text,
  textOf,
  timestamp,
  type Values,
} from '../../connection/column.js';
import { databaseNow } from '../../connection/database-clock.js';
import type { WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { seal } from '../../secrets/seal.js';
import { makeSigningKeyPair } from '../../secrets/signing-key-pair.js';
import { emitEvents } from '../../shared/outbox.js';
import { signingKeyChanged } from './signing-key.events.js';
import { sealedKey, signingKeyTimes } from './signing-key.row.js';

type TimedKey = Values<typeof signingKeyTimes>;

/** One change at a time: the states of all keys fit together. */
const keyLock = query({
  name: 'keys.lock',
  text: `select from pg_advisory_xact_lock(hashtext('identity.signing_keys'))`,
});

const timedKeys = query({
  name: 'keys.timed',
  row: signingKeyTimes,
  text: `select ${listOf(signingKeyTimes, 'k')} from identity.signing_keys k where k.retired_at is null`,
});

const newKey = query({
  name: 'keys.add',
  parameters: { ...sealedKey, state: textOf<LiveKeyState>(), activeFrom: timestamp },
  text: `insert into identity.signing_keys
     (kid, algorithm, public_jwk, private_jwk_sealed, state, published_at, active_from)
   values (:kid, :algorithm, :publicJwk, :privateJwkSealed, :state, now(), :activeFrom)`,
});

const earlierUse = query({
  name: 'keys.hasten',
  parameters: { kid: text, activeFrom: timestamp },
  text: `update identity.signing_keys k set active_from = least(k.active_from, :activeFrom)
   where k.kid = :kid and k.state = 'NEXT'`,
});

const currentRetirement = query({
  name: 'keys.retire',
  parameters: { retiringMs: float },
  row: { kid: text },
  text: `update identity.signing_keys k
   set state = 'RETIRING', retire_at = now() + :retiringMs * interval '1 millisecond'
   where k.state = 'CURRENT' returning k.kid`,
});

const activation = query({
  name: 'keys.activate',
  parameters: { kid: text },
  text: `update identity.signing_keys k set state = 'CURRENT', active_from = now()
   where k.kid = :kid and k.state = 'NEXT'`,
});

/** Also forgets the private half. */
const removal = query({
  name: 'keys.remove',
  parameters: { states: arrayOf(text), isAtOnce: boolean },
  row: { kid: text },
  text: `update identity.signing_keys k set state = 'GONE', retired_at = now(),
     retire_at = least(k.retire_at, now()), private_jwk_sealed = ''
   where k.state = any (:states) and (:isAtOnce or k.retire_at <= now()) returning k.kid`,
});

interface StoreParts {
  /** 32 bytes; private halves are stored sealed under the key. */
  sealKey: Buffer;
  times: SigningKeyTimes;
}

/**
 * The states of the signing keys, in the platform's scope. Each step is done once, also by several
 * callers at the same moment.
 */
export function signingKeyStore(scope: WriteScope, { sealKey, times }: StoreParts) {
  const add = (state: LiveKeyState, activeFromMs = databaseNow()) =>
    addKey(scope, { sealKey, state, activeFrom: new Date(activeFromMs).toISOString() });
  const publish = (currentSinceMs: number) =>
    add('NEXT', plannedUse(databaseNow(), currentSinceMs, times));

  return {
    /** Makes the first key, to be used at once: nobody can have tokens of another. */
    async begin(): Promise<void> {
      if (!(await locked(scope)).current) await add('CURRENT');
    },

    /** Publishes a next key, unless published already; answers whether a key was published. */
    async publishNext(): Promise<boolean> {
      const { current, next } = await locked(scope);
      if (!current || next) return false;
      await publish(Date.parse(current.activeFrom));
      return true;
    },

    /** Makes a due next key the current key; answers whether a key was due. */
    async activateDue(): Promise<boolean> {
      const { keys } = await locked(scope);
      const due = dueKey(keys, times, databaseNow());
      if (due) await activate(scope, due);
      return due !== undefined;
    },

    /** Removes keys after the end of the last token. */
    async removePast(): Promise<void> {
      await locked(scope);
      await remove(scope, { states: ['RETIRING'], isAtOnce: false });
    },

    /**
     * The next key takes over once published for long enough: at once, or by the schedule later.
     * Answers the next key's id.
     */
    async rotate(): Promise<string> {
      const { current, next: standby } = await locked(scope);
      const { activeFrom } = current ?? (await add('CURRENT'));
      const next = standby ?? (await publish(Date.parse(activeFrom)));
      const { kid } = next;
      const fromMs = earliestUse(next, times);
      if (fromMs > databaseNow()) {
        await scope.run(earlierUse, { kid, activeFrom: new Date(fromMs).toISOString() });
        return kid;
      }
      await activate(scope, next);
      await publish(databaseNow());
      return kid;
    },

    /**
     * Drops every key at once, with all tokens, and signs with a new key: all private halves lie in
     * the same place. Answers the new key's id.
     */
    async replaceAll(): Promise<string> {
      await locked(scope);
      await remove(scope, { states: ['NEXT', 'CURRENT', 'RETIRING'], isAtOnce: true });
      const { kid } = await add('CURRENT');
      await publish(databaseNow());
      return kid;
    },
  };
}

interface LockedKeys {
  keys: TimedKey[];
  current: TimedKey | undefined;
  next: TimedKey | undefined;
}

async function locked(scope: WriteScope): Promise<LockedKeys> {
  await scope.run(keyLock, {});
  const keys = await scope.read(timedKeys, {});
  const inState = (wanted: LiveKeyState) => keys.find(({ state }) => state === wanted);
  return { keys, current: inState('CURRENT'), next: inState('NEXT') };
}

async function addKey(
  scope: WriteScope,
  parts: { sealKey: Buffer; state: LiveKeyState; activeFrom: string },
): Promise<TimedKey> {
  const { sealKey, state, activeFrom } = parts;
  const { kid, algorithm, publicJwk, privateJwk } = makeSigningKeyPair();
  const privateJwkSealed = seal(Buffer.from(JSON.stringify(privateJwk)), sealKey);
  await scope.run(newKey, { kid, algorithm, publicJwk, privateJwkSealed, state, activeFrom });
  await tell(scope, [{ kid }], state);
  const publishedAt = new Date(databaseNow()).toISOString();
  return { kid, state, publishedAt, activeFrom, retireAt: null };
}

async function activate(scope: WriteScope, next: TimedKey): Promise<void> {
  const retired = await scope.run(currentRetirement, { retiringMs });
  await scope.run(activation, { kid: next.kid });
  await tell(scope, retired, 'RETIRING');
  await tell(scope, [next], 'CURRENT');
}

async function remove(
  scope: WriteScope,
  which: { states: readonly LiveKeyState[]; isAtOnce: boolean },
): Promise<void> {
  await tell(scope, await scope.run(removal, which), 'GONE');
}

const tell = (scope: WriteScope, keys: readonly { kid: string }[], state: SigningKeyState) =>
  emitEvents(
    scope,
    keys.map(({ kid }) =>
      signingKeyChanged.of({ accountId: null, subjectId: kid, payload: { kid, state } }),
    ),
  );
