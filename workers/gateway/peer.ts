import { timingSafeEqual } from 'node:crypto';
import { isSession, type Authenticator, type Caller } from '../../api/route/caller.js';
import { asFailure } from '../../workflows/shared/failure.js';
import { isDeviceId } from '../../workflows/devices/telemetry.rules.js';

export interface DevicePeer {
  kind: 'device';
  deviceId: string;
  /** The hash of the password in the introduction. */
  passwordHash: Buffer;
}

export interface ListenerPeer {
  kind: 'listener';
  accountId: string;
  principalId: string;
  token: string;
}

/**
 * The other end of a connection: a device, a listener to an account's events, or the platform's
 * relay.
 */
export type Peer = DevicePeer | ListenerPeer | { kind: 'relay' };

/** The name behind a refusal, as far as known. */
export type RefusedName =
  { kind: 'device'; deviceId: string } | { kind: 'listener'; accountId: string };

/** The reason of a refused introduction, and the name in the introduction. */
interface Refusal {
  reason: 'BAD_CREDENTIALS' | 'UNIT_DISABLED' | 'FOREIGN_CLIENT_ID' | 'SESSION_NOT_CLEAN';
  name: RefusedName | undefined;
}

interface Introduction {
  clientId: string;
  username: string;
  password: string;
  /** Whether the broker is to forget the session when the connection ends. */
  isClean: boolean;
}

export interface DeviceCredentials {
  /**
   * The hash of the password with which the device may come in, or the reason why the device may
   * not.
   */
  check(
    deviceId: string,
    password: string,
  ): Promise<
    { passwordHash: Buffer } | { refusal: 'UNKNOWN' | 'BAD_CREDENTIALS' | 'UNIT_DISABLED' }
  >;
  /**
   * The devices among the connected ones with no right to come in now: disabled, gone, or with
   * another password.
   */
  unwelcome(devices: readonly DevicePeer[]): Promise<DevicePeer[]>;
}

interface PeerParts {
  credentials: DeviceCredentials;
  authenticator: Authenticator;
  /** The password of the platform's relay. */
  relayPassword: string;
}

export const relayUsername = 'millrace-relay';
const accountPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Recognizes peers by their introduction. */
export function createPeers({ credentials, authenticator, relayPassword }: PeerParts) {
  const refuse = (reason: Refusal['reason'], name?: RefusedName): Refusal => ({ reason, name });

  async function admitDevice({
    clientId,
    username,
    password,
  }: Introduction): Promise<Peer | Refusal> {
    const name = { kind: 'device', deviceId: clientId } as const;
    if (username !== clientId) return refuse('FOREIGN_CLIENT_ID', name);
    const checked = await credentials.check(clientId, password);
    if ('passwordHash' in checked)
      return { kind: 'device', deviceId: clientId, passwordHash: checked.passwordHash };
    return checked.refusal === 'UNKNOWN'
      ? refuse('BAD_CREDENTIALS')
      : refuse(checked.refusal, name);
  }

  // A client id must be under the listener's own account, since a connection with another's client
  // id takes over the other connection. No session outlives the connection: messages waiting in
  // such a session would have no limit.
  async function admitListener({
    clientId,
    username,
    password,
    isClean,
  }: Introduction): Promise<Peer | Refusal> {
    const name = { kind: 'listener', accountId: username } as const;
    if (!clientId.startsWith(`${username}/`)) return refuse('FOREIGN_CLIENT_ID', name);
    if (!isClean) return refuse('SESSION_NOT_CLEAN', name);
    const member = await memberOf(username, password);
    if (!member) return refuse('BAD_CREDENTIALS', name);
    return {
      kind: 'listener',
      accountId: username,
      principalId: member.principalId,
      token: password,
    };
  }

  return {
    async admit(introduction: Introduction): Promise<Peer | Refusal> {
      const { clientId, username, password } = introduction;
      if (username === relayUsername)
        return isSame(password, relayPassword) ? { kind: 'relay' } : refuse('BAD_CREDENTIALS');
      if (isDeviceId(clientId)) return admitDevice(introduction);
      if (isDeviceId(username))
        return refuse('FOREIGN_CLIENT_ID', { kind: 'device', deviceId: username });
      return accountPattern.test(username)
        ? admitListener(introduction)
        : refuse('BAD_CREDENTIALS');
    },

    /**
     * Whether a listener would be let in again: the token ends, and session and membership may end.
     */
    isStillMember: async ({ accountId, token }: ListenerPeer): Promise<boolean> =>
      (await memberOf(accountId, token)) !== undefined,
    unwelcomeDevices: (devices: readonly DevicePeer[]): Promise<DevicePeer[]> =>
      credentials.unwelcome(devices),
  };

  async function memberOf(accountId: string, token: string): Promise<Caller | undefined> {
    try {
      const caller = await authenticator.authenticate(token);
      const isMember = caller.memberships.some(
        (membership) => membership.accountId === accountId && !membership.isMfaMissing,
      );
      return isSession(caller) && isMember ? caller : undefined;
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
