import type { StandingListener, StandingWatch } from '../../api/shared/standing-watch.js';
import type { Logger } from '../observability/logger.js';
import type { DevicePeer, ListenerPeer, Peer, Peers } from './peer.js';

interface WelcomeParts<Client> {
  watch: Pick<StandingWatch, 'onLook'>;
  peers: Pick<Peers, 'isStillMember' | 'unwelcomeDevices'>;
  /** Ends a connection at once. */
  showOut: (client: Client) => void;
  logger: Logger;
}

/**
 * Looks again at connected peers after each look of the standing watch: at devices with a change;
 * at devices connected since the look before, as their introduction may be older than the look; and
 * at every listener, as tokens end with time and a standing is remembered until a change.
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
        // The device may have connected again meanwhile, with the right password.
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
    const checks = [
      checkDevices(),
      ...[...listeners].map(([client, peer]) => checkListener(client, peer)),
    ];
    for (const check of checks)
      check.catch((error: unknown) =>
        logger.warn({ err: error }, 'a standing was not looked at; it will be'),
      );
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
      if (peer?.kind === 'device' && devices.get(peer.deviceId)?.client === client)
        devices.delete(peer.deviceId);
    },
  };
}
