import type { Config } from '../../config.js';
import { domainWords } from '../../workflows/domains.js';
import type { DomainWords } from '../../workflows/shared/domain.js';
import type { SignedStart } from '../../workflows/shared/start.js';
import { isKeyedSignature, keyedSignature } from './keyed-signature.js';

/** Every type of workflow, with the content of the start's signature. */
const starts: DomainWords['starts'] = Object.assign(
  {},
  ...domainWords.map((words) => words.starts),
);
export const startedTypes: readonly string[] = Object.keys(starts);
/** Types that a person starts: the whole input is signed as well. */
export const actingTypes: ReadonlySet<string> = new Set(
  domainWords.flatMap((words): readonly string[] => words.actingWorkflows),
);

/**
 * The signed start of a workflow, by type and input; throws for a type that Millrace does not have.
 */
export function startOf(type: string, args: readonly unknown[], taskQueue: string): SignedStart {
  const declared = starts[type];
  if (!declared) throw new Error(`the workflow ${type} is not among those that are signed`);
  return declared(args[0] as never, taskQueue);
}

export interface StartSignatures {
  sign(start: SignedStart): string;
  isOf(start: SignedStart, signature: string): boolean;
}

/**
 * A key for each type: a process needs the keys of the types that the process starts, and no other.
 */
export function createStartSignatures({ deriveKey }: Pick<Config, 'deriveKey'>): StartSignatures {
  const keys = new Map<string, Buffer>();
  const keyOf = (type: string): Buffer => {
    const key = keys.get(type) ?? Buffer.from(deriveKey(`starts of ${type}`), 'hex');
    keys.set(type, key);
    return key;
  };
  return {
    sign: ({ type, id, accounts, terms }) =>
      keyedSignature(keyOf(type), [type, id, accounts, terms]),
    isOf: ({ type, id, accounts, terms }, signature) =>
      isKeyedSignature(keyOf(type), [type, id, accounts, terms], signature),
  };
}
