import type { Config } from '../../config.js';
import type { ActorCall } from '../../workflows/shared/actor-call.js';
import { isKeyedSignature, keyedSignature } from './keyed-signature.js';

export interface ActorSignatures {
  sign(workflowId: string, call: ActorCall): string;
  isOf(workflowId: string, call: ActorCall, signature: string): boolean;
}

/**
 * Signs a call whole: workflow, name and arguments, among the arguments the principal and the
 * command. The key belongs to the processes that may call. A copied signature repeats the same
 * command, and a command takes effect once.
 */
export function createActorSignatures({ deriveKey }: Pick<Config, 'deriveKey'>): ActorSignatures {
  let key: Buffer | undefined;
  // Derived at the first update: many processes with a client send none.
  const ownKey = (): Buffer => (key ??= Buffer.from(deriveKey('actors of updates'), 'hex'));
  return {
    sign: (workflowId, { name, args }) => keyedSignature(ownKey(), [workflowId, name, args]),
    isOf: (workflowId, { name, args }, signature) =>
      isKeyedSignature(ownKey(), [workflowId, name, args], signature),
  };
}
