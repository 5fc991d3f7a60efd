import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Config } from '../../config.js';
import type { ActorRef } from '../../workflows/shared/actor.js';

export interface ActorSignatures {
  sign(workflowId: string, actor: ActorRef): string;
  isOf(workflowId: string, actor: ActorRef, signature: string): boolean;
}

/**
 * Over who acts in which workflow by which command, by the key of those who may ask for updates. One that is copied says the same
 * command again, which is answered as it was the first time.
 */
export function createActorSignatures({ deriveKey }: Pick<Config, 'deriveKey'>): ActorSignatures {
  let key: Buffer | undefined;
  const digest = (workflowId: string, { principalId, accountId, commandId }: ActorRef): Buffer => {
    // Only where it is needed: not every process that has a client asks for updates.
    key ??= Buffer.from(deriveKey('actors of updates'), 'hex');
    return createHmac('sha256', key)
      .update(JSON.stringify([workflowId, principalId, accountId ?? null, commandId ?? null]))
      .digest();
  };
  return {
    sign: (workflowId, actor) => digest(workflowId, actor).toString('base64url'),
    isOf(workflowId, actor, signature) {
      const given = Buffer.from(signature, 'base64url');
      const own = digest(workflowId, actor);
      return given.length === own.length && timingSafeEqual(given, own);
    },
  };
}
