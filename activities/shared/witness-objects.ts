import { buffer } from 'node:stream/consumers';
import type { AuditWitness, WitnessName } from '../../db/audit/audit-witness.js';
import { witnessFolder, type ObjectStore } from './object-store.js';

/** A head takes 170 bytes: three million chains. */
const maxBytes = 512 * 2 ** 20;
const numberDigits = 9;

const keyOf = ({ number, hash }: WitnessName): string =>
  `${witnessFolder}${String(number).padStart(numberDigits, '0')}-${hash}`;

function nameOf(key: string): WitnessName {
  const [number, hash = ''] = key.slice(witnessFolder.length).split('-');
  return { number: Number(number), hash };
}

/**
 * The witnesses in the object store, an object each. The key has the number and the hash of the
 * content, so no witness is ever written over: a late writer leaves a second witness of the same
 * number, and both are true.
 */
export function createWitnessObjects(store: ObjectStore) {
  return {
    /** Smallest number first. */
    async *list(): AsyncGenerator<WitnessName> {
      for await (const { key } of store.list(witnessFolder)) yield nameOf(key);
    },
    isThere: async (name: WitnessName): Promise<boolean> =>
      (await store.head(keyOf(name))) !== undefined,
    async read(name: WitnessName): Promise<AuditWitness | undefined> {
      const bytes = await store.get(keyOf(name));
      return bytes && (JSON.parse((await buffer(bytes)).toString()) as AuditWitness);
    },
    async keep(witness: AuditWitness): Promise<void> {
      await store.put(keyOf(witness), bytesOf(JSON.stringify(witness)), { maxBytes });
    },
    forget: (name: WitnessName): Promise<void> => store.delete(keyOf(name)),
  };
}
export type WitnessObjects = ReturnType<typeof createWitnessObjects>;

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
