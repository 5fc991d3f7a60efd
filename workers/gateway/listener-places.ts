import type { ListenerPeer } from './peer.js';

export interface ListenerLimits {
  ofAccount: number;
  /** Listeners of one principal of the account. */
  ofPrincipal: number;
}

/** As many as event streams over HTTP may be open. */
const defaultListenerLimits: ListenerLimits = { ofAccount: 50, ofPrincipal: 20 };

/** Counts listeners, so no account and no principal takes more of the gateway than a fair share. */
export function createListenerPlaces(limits: ListenerLimits = defaultListenerLimits) {
  /** By client id: a new connection with a held client id takes over the old connection. */
  const held = new Map<string, ListenerPeer>();
  const ofAccount = new Map<string, number>();
  const ofPrincipal = new Map<string, number>();

  function count({ accountId, principalId }: ListenerPeer, change: 1 | -1): void {
    for (const [counts, id] of [
      [ofAccount, accountId] as const,
      [ofPrincipal, principalId] as const,
    ]) {
      const left = (counts.get(id) ?? 0) + change;
      if (left === 0) counts.delete(id);
      else counts.set(id, left);
    }
  }
  function leave(clientId: string): void {
    const peer = held.get(clientId);
    if (peer && held.delete(clientId)) count(peer, -1);
  }
  const hasRoom = ({ accountId, principalId }: ListenerPeer): boolean =>
    (ofAccount.get(accountId) ?? 0) < limits.ofAccount &&
    (ofPrincipal.get(principalId) ?? 0) < limits.ofPrincipal;

  return {
    /** Whether there was a place. */
    take(clientId: string, peer: ListenerPeer): boolean {
      if (!held.has(clientId) && !hasRoom(peer)) return false;
      leave(clientId);
      held.set(clientId, peer);
      count(peer, 1);
      return true;
    },
    /** Frees the place, unless another connection has taken over. */
    leave: (clientId: string, peer: ListenerPeer): void => {
      if (held.get(clientId) === peer) leave(clientId);
    },
  };
}
