import type { Config } from '../../config.js';
import type { ActorCall } from '../../workflows/shared/actor-call.js';
import { isKeyedSignature, keyedSignature } from './keyed-signature.js';

export interface ActorSignatures {
  sign(workflowId: string, call: ActorCall): string;
  isOf(workflowId: string, call: ActorCall, signature: string): boolean;
}

/**
 * Over a call whole: which workflow is asked, for what and with which arguments, who acts and by which command among them, by
 * the key of those who may ask. One that is copied says the same command again, which takes effect once.
 */
export function createActorSignatures({ deriveKey }: Pick<Config, 'deriveKey'>): ActorSignatures {
  let key: Buffer | undefined;
  // Only where it is needed: not every process that has a client asks for updates.
  const ownKey = (): Buffer => (key ??= Buffer.from(deriveKey('actors of updates'), 'hex'));
  return {
    sign: (workflowId, { name, args }) => keyedSignature(ownKey(), [workflowId, name, args]),
    isOf: (workflowId, { name, args }, signature) => isKeyedSignature(ownKey(), [workflowId, name, args], signature),
  };
}
