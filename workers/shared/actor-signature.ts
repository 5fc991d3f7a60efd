import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Config } from '../../config.js';
import type { UpdateCall } from '../../workflows/shared/update.js';
import { canonicalJson } from './canonical-json.js';

export interface ActorSignatures {
  sign(workflowId: string, update: UpdateCall): string;
  isOf(workflowId: string, update: UpdateCall, signature: string): boolean;
}

/**
 * Over an update whole: which workflow is asked, for what and with which arguments, who acts and by which command among them, by
 * the key of those who may ask for updates. One that is copied says the same command again, which takes effect once.
 */
export function createActorSignatures({ deriveKey }: Pick<Config, 'deriveKey'>): ActorSignatures {
  let key: Buffer | undefined;
  const digest = (workflowId: string, { name, args }: UpdateCall): Buffer => {
    // Only where it is needed: not every process that has a client asks for updates.
    key ??= Buffer.from(deriveKey('actors of updates'), 'hex');
    return createHmac('sha256', key)
      .update(canonicalJson([workflowId, name, args]))
      .digest();
  };
  return {
    sign: (workflowId, update) => digest(workflowId, update).toString('base64url'),
    isOf(workflowId, update, signature) {
      const given = Buffer.from(signature, 'base64url');
      const own = digest(workflowId, update);
      return given.length === own.length && timingSafeEqual(given, own);
    },
  };
}
