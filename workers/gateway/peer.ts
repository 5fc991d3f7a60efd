import { timingSafeEqual } from 'node:crypto';
import type { Authenticator } from '../../api/shared/caller.js';
import { asFailure } from '../../workflows/shared/failure.js';
import { isDeviceId } from '../../workflows/water/telemetry.rules.js';

/** Who is at the other end of a connection: a device, somebody who listens to an account's events, or our own relay. */
export type Peer =
  { kind: 'device'; deviceId: string } | { kind: 'listener'; accountId: string; token: string } | { kind: 'relay' };

export interface Introduction {
  clientId: string;
  username: string;
  password: string;
  /** Whether the broker is to forget the session when the connection ends. */
  isClean: boolean;
}

export interface DeviceCredentials {
  /** Whether the device may come in with this password. */
  fits(deviceId: string, password: string): Promise<boolean>;
}

export interface PeerParts {
  credentials: DeviceCredentials;
  authenticator: Authenticator;
  /** What our own relay comes in with. */
  relayPassword: string;
}

export const relayUsername = 'millrace-relay';
const accountPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Tells peers by what they say of themselves. */
export function createPeers({ credentials, authenticator, relayPassword }: PeerParts) {
  return {
    /** Undefined for who is not let in. */
    async admit({ clientId, username, password, isClean }: Introduction): Promise<Peer | undefined> {
      if (username === relayUsername) return isSame(password, relayPassword) ? { kind: 'relay' } : undefined;
      if (isDeviceId(clientId)) {
        const fits = username === clientId && (await credentials.fits(clientId, password));
        return fits ? { kind: 'device', deviceId: clientId } : undefined;
      }
      // A client id under its own account, since who comes with another's takes that connection over; and no session
      // that outlives the connection, since what waits in it would have no limit.
      const isOwnId = accountPattern.test(username) && clientId.startsWith(`${username}/`);
      const listener = { kind: 'listener', accountId: username, token: password } as const;
      return isOwnId && isClean && (await isMember(listener)) ? listener : undefined;
    },

    /** Whether it would be let in again: a listener's token ends, and so may its session or its membership. */
    isStillWelcome: (peer: Peer): Promise<boolean> =>
      peer.kind === 'listener' ? isMember(peer) : Promise.resolve(true),
  };

  async function isMember({ accountId, token }: { accountId: string; token: string }): Promise<boolean> {
    try {
      const { memberships } = await authenticator.authenticate(token);
      return memberships.some((membership) => membership.accountId === accountId);
    } catch (error) {
      if (asFailure(error)?.code === 'UNAUTHENTICATED') return false;
      throw error;
    }
  }
}
export type Peers = ReturnType<typeof createPeers>;

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
