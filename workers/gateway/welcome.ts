import type { StandingListener, StandingWatch } from '../../api/shared/standing-watch.js';
import type { Logger } from '../shared/logger.js';
import type { DevicePeer, ListenerPeer, Peer, Peers } from './peer.js';

export interface WelcomeParts<Client> {
  watch: Pick<StandingWatch, 'onLook'>;
  peers: Pick<Peers, 'isStillMember' | 'unwelcomeDevices'>;
  /** Ends a connection at once. */
  showOut: (client: Client) => void;
  logger: Logger;
}

/**
 * Looks again at those who are in, after each look of the standing watch: devices of which something has changed, those that
 * came in since the look before, since their introduction may be older than it, and every listener, whose token ends with
 * time and whose standing is remembered until it changes.
 */
export function createWelcome<Client>({ watch, peers, showOut, logger }: WelcomeParts<Client>) {
  const devices = new Map<string, { client: Client; peer: DevicePeer }>();
  const listeners = new Map<Client, ListenerPeer>();
  const toCheck = new Set<string>();

  async function checkDevices(): Promise<void> {
    const checked = [...toCheck].flatMap((deviceId) => devices.get(deviceId)?.peer ?? []);
    toCheck.clear();
    if (checked.length === 0) return;
    try {
      for (const unwelcome of await peers.unwelcomeDevices(checked)) {
        const now = devices.get(unwelcome.deviceId);
        // It may have come in again meanwhile, with what fits.
        if (now?.peer === unwelcome) showOut(now.client);
      }
    } catch (error) {
      for (const { deviceId } of checked) toCheck.add(deviceId);
      throw error;
    }
  }

  async function checkListener(client: Client, peer: ListenerPeer): Promise<void> {
    if (!(await peers.isStillMember(peer))) showOut(client);
  }

  const look: StandingListener = (changes) => {
    const changed = changes === 'all' ? devices.keys() : changes.map(({ subjectId }) => subjectId);
    for (const deviceId of changed) if (devices.has(deviceId)) toCheck.add(deviceId);
    const checks = [checkDevices(), ...[...listeners].map(([client, peer]) => checkListener(client, peer))];
    for (const check of checks)
      check.catch((error: unknown) => logger.warn({ err: error }, 'a standing was not looked at; it will be'));
  };
  watch.onLook(look);

  return {
    enter(client: Client, peer: Peer): void {
      if (peer.kind === 'listener') listeners.set(client, peer);
      if (peer.kind !== 'device') return;
      devices.set(peer.deviceId, { client, peer });
      toCheck.add(peer.deviceId);
    },
    leave(client: Client, peer: Peer | undefined): void {
      listeners.delete(client);
      // The same device may be in again, by another connection.
      if (peer?.kind === 'device' && devices.get(peer.deviceId)?.client === client) devices.delete(peer.deviceId);
    },
  };
}
