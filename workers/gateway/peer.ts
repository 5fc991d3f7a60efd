import { timingSafeEqual } from 'node:crypto';
import type { Authenticator, Caller } from '../../api/shared/caller.js';
import { asFailure } from '../../workflows/shared/failure.js';
import { isDeviceId } from '../../workflows/water/telemetry.rules.js';

export interface DevicePeer {
  kind: 'device';
  deviceId: string;
  /** Of the password that it came in with. */
  passwordHash: Buffer;
}

export interface ListenerPeer {
  kind: 'listener';
  accountId: string;
  principalId: string;
  token: string;
}

/** Who is at the other end of a connection: a device, somebody who listens to an account's events, or our own relay. */
export type Peer = DevicePeer | ListenerPeer | { kind: 'relay' };

/** In whose name something was refused, as far as that can be told. */
export type RefusedName = { kind: 'device'; deviceId: string } | { kind: 'listener'; accountId: string };

/** Why somebody was not let in, and in whose name it was tried. */
export interface Refusal {
  reason: 'BAD_CREDENTIALS' | 'UNIT_DISABLED' | 'FOREIGN_CLIENT_ID' | 'SESSION_NOT_CLEAN';
  name: RefusedName | undefined;
}

export interface Introduction {
  clientId: string;
  username: string;
  password: string;
  /** Whether the broker is to forget the session when the connection ends. */
  isClean: boolean;
}

export interface DeviceCredentials {
  /** The hash of a password that the device may come in with, or why it may not. */
  check(
    deviceId: string,
    password: string,
  ): Promise<{ passwordHash: Buffer } | { refusal: 'UNKNOWN' | 'BAD_CREDENTIALS' | 'UNIT_DISABLED' }>;
  /** Those among devices that came in who would not be let in now: disabled, gone, or with another password. */
  unwelcome(devices: readonly DevicePeer[]): Promise<DevicePeer[]>;
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
  const refuse = (reason: Refusal['reason'], name?: RefusedName): Refusal => ({ reason, name });

  async function admitDevice({ clientId, username, password }: Introduction): Promise<Peer | Refusal> {
    const name = { kind: 'device', deviceId: clientId } as const;
    if (username !== clientId) return refuse('FOREIGN_CLIENT_ID', name);
    const checked = await credentials.check(clientId, password);
    if ('passwordHash' in checked) return { kind: 'device', deviceId: clientId, passwordHash: checked.passwordHash };
    return checked.refusal === 'UNKNOWN' ? refuse('BAD_CREDENTIALS') : refuse(checked.refusal, name);
  }

  // A client id under its own account, since who comes with another's takes that connection over; and no session
  // that outlives the connection, since what waits in it would have no limit.
  async function admitListener({ clientId, username, password, isClean }: Introduction): Promise<Peer | Refusal> {
    const name = { kind: 'listener', accountId: username } as const;
    if (!clientId.startsWith(`${username}/`)) return refuse('FOREIGN_CLIENT_ID', name);
    if (!isClean) return refuse('SESSION_NOT_CLEAN', name);
    const member = await memberOf(username, password);
    if (!member) return refuse('BAD_CREDENTIALS', name);
    return { kind: 'listener', accountId: username, principalId: member.principalId, token: password };
  }

  return {
    async admit(introduction: Introduction): Promise<Peer | Refusal> {
      const { clientId, username, password } = introduction;
      if (username === relayUsername)
        return isSame(password, relayPassword) ? { kind: 'relay' } : refuse('BAD_CREDENTIALS');
      if (isDeviceId(clientId)) return admitDevice(introduction);
      if (isDeviceId(username)) return refuse('FOREIGN_CLIENT_ID', { kind: 'device', deviceId: username });
      return accountPattern.test(username) ? admitListener(introduction) : refuse('BAD_CREDENTIALS');
    },

    /** Whether a listener would be let in again: its token ends, and so may its session or its membership. */
    isStillMember: async ({ accountId, token }: ListenerPeer): Promise<boolean> =>
      (await memberOf(accountId, token)) !== undefined,
    unwelcomeDevices: (devices: readonly DevicePeer[]): Promise<DevicePeer[]> => credentials.unwelcome(devices),
  };

  async function memberOf(accountId: string, token: string): Promise<Caller | undefined> {
    try {
      const caller = await authenticator.authenticate(token);
      return caller.memberships.some((membership) => membership.accountId === accountId) ? caller : undefined;
    } catch (error) {
      if (asFailure(error)?.code === 'UNAUTHENTICATED') return undefined;
      throw error;
    }
  }
}
export type Peers = ReturnType<typeof createPeers>;

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
