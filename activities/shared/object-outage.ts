import { isDiskFull } from '../../processes/disk.js';
import { fullDiskOf, outage } from '../../workflows/shared/failure.js';
import type { Bytes, ObjectStore } from './object-store.js';

/**
 * A store that reports faults of the store as an outage of `objects`, to be waited for: a full or
 * missing disk, a bucket without an answer or with a refusal. Faults of the body pass unchanged.
 */
export function tellingOutages(store: ObjectStore): ObjectStore {
  return {
    async put(key, body, options) {
      const incoming = noting(body);
      try {
        return await store.put(key, incoming.body, options);
      } catch (error) {
        throw incoming.fault() ?? told(error);
      }
    },
    get: (key) => store.get(key).catch(tell),
    head: (key) => store.head(key).catch(tell),
    delete: (key) => store.delete(key).catch(tell),
    async *list(prefix) {
      try {
        yield* store.list(prefix);
      } catch (error) {
        throw told(error);
      }
    },
    forgetUnfinished: (before) => store.forgetUnfinished(before).catch(tell),
  };
}

/** A body, and the fault of the body, which is no fault of the store. */
function noting(body: Bytes) {
  let fault: unknown;
  async function* passed(): AsyncGenerator<Uint8Array> {
    try {
      yield* body;
    } catch (error) {
      fault = error;
      throw error;
    }
  }
  return { body: passed(), fault: () => fault };
}

function tell(error: unknown): never {
  throw told(error);
}
const told = (error: unknown): unknown =>
  isAway(error)
    ? outage(isDiskFull(error) ? fullDiskOf('objects') : { dependency: 'objects' }, error)
    : error;

/** True for a failed system call, an unexpected answer of S3, or a network that is down. */
function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { syscall, code, name } = error as NodeJS.ErrnoException;
  if (typeof syscall === 'string' || '$metadata' in error) return true;
  return (
    /^(TimeoutError|CredentialsProviderError)$/.test(name) ||
    (typeof code === 'string' && /^E[A-Z_]+$/.test(code) && !code.startsWith('ERR_'))
  );
}
